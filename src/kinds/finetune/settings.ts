import { defaultsIn } from '../../settings/defaults.js'
import type { KindSettings } from '../../settings/kind-settings.js'

/** Which model is trained, on which data. */
export const settings = {
  key: 'model',
  noun: 'a fine-tuning',
  label: 'fine-tuning',
  family: 'model',
  least: { model: './model', data: 'data.jsonl' },
  own: [
    {
      name: 'model',
      type: 'string',
      required: true,
      flag: { value: 'dir' },
      help: {
        en:
          'the model to fine-tune: a folder in Hugging Face layout, hf:org/name or ' +
          'modelscope:org/name',
        zh: '要微调的模型：Hugging Face 格式的文件夹、hf:org/name 或 modelscope:org/name',
      },
    },
    {
      name: 'data',
      type: 'custom',
      required: true,
      shape: 'sources',
      flag: { value: 'file' },
      help: {
        en:
          'training data in JSON, JSONL, CSV, XML, Parquet or text: a file, a folder, a ' +
          'pattern, or a list of them',
        zh: '训练数据（JSON、JSONL、CSV、XML、Parquet 或纯文本）：文件、文件夹、通配模式或它们的列表',
      },
    },
    {
      name: 'columns',
      type: 'custom',
      shape: 'columns',
      defaultText: { en: 'guessed from the names', zh: '按列名推断' },
      flag: { value: 'list' },
      help: {
        en: 'which column of the data has which role, such as prompt=question,answer=reply',
        zh: '数据各列的用途，例如 prompt=question,answer=reply',
      },
    },
    {
      name: 'validation',
      type: 'float',
      min: 0,
      max: 1,
      exclusiveMin: true,
      exclusiveMax: true,
      default: 0.15,
      explicit: true,
      flag: { value: 'share' },
      help: {
        en: 'share of the examples in the validation split',
        zh: '验证集占样本的比例',
      },
    },
    {
      name: 'test',
      type: 'custom',
      shape: 'test',
      defaultText: {
        en: 'auto in a new study; none if study.yaml omits it',
        zh: '新研究为 auto；study.yaml 中省略则没有',
      },
      flag: { value: 'share' },
      help: {
        en: 'examples that neither training nor search sees: auto, a share, 0 for none, or files',
        zh: '训练和搜索都不使用的样本：auto、比例、0（没有）或文件',
      },
    },
    {
      name: 'probes',
      type: 'list',
      default: [],
      explicit: true,
      flag: { name: 'probe', value: 'text', repeatable: true },
      help: {
        en:
          'questions that the model answers before the search and the best model ' +
          'answers after it',
        zh: '搜索前由原模型、搜索后由最佳模型回答的问题',
      },
    },
  ],
} as const satisfies KindSettings

/** Defaults of what a fine-tuning alone has. */
export const FINETUNE_DEFAULTS = defaultsIn(settings.own)
