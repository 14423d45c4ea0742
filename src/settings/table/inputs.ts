import { USER_KINDS } from '../kinds.js'
import type { Setting } from '../setting.js'

const finetune = ['finetune'] as const

/** What is trained, on which data: the settings that tell the trial kinds apart. */
export const inputs = [
  {
    name: 'model',
    type: 'string',
    required: true,
    kinds: finetune,
    flag: { value: 'dir' },
    help: {
      en:
        'the model to fine-tune: a folder in Hugging Face layout, hf:org/name or ' +
        'modelscope:org/name',
      zh: '要微调的模型：Hugging Face 格式的文件夹、hf:org/name 或 modelscope:org/name',
    },
  },
  {
    name: 'module',
    type: 'string',
    required: true,
    kinds: ['module'],
    flag: { value: 'file' },
    help: {
      en: 'your own training as a file that exports train(trial)',
      zh: '自己的训练代码：导出 train(trial) 的文件',
    },
  },
  {
    name: 'command',
    type: 'custom',
    required: true,
    shape: 'command',
    kinds: ['command'],
    flag: { value: 'line' },
    help: {
      en:
        'your own training as a program that prints {"epoch": 1, "valLoss": 0.5} after ' +
        'each epoch; {name} stands for a parameter',
      zh: '自己的训练程序：每轮结束后打印 {"epoch": 1, "valLoss": 0.5}；{name} 代表某个参数的值',
    },
  },
  {
    name: 'external',
    type: 'custom',
    shape: 'true',
    required: true,
    kinds: ['external'],
    help: {
      en: 'no training of its own: callers ask for trials and report their results',
      zh: '自身不训练：由调用方领取试验并回报结果',
    },
  },
  {
    name: 'direction',
    type: 'choice',
    choices: ['minimize', 'maximize'],
    default: 'minimize',
    kinds: ['external'],
    help: {
      en: 'whether a smaller or a larger objective is better',
      zh: '目标值越小越好（minimize）还是越大越好（maximize）',
    },
  },
  {
    name: 'directory',
    type: 'string',
    kinds: ['command'],
    defaultText: { en: 'the current folder', zh: '当前文件夹' },
    flag: { value: 'dir' },
    help: { en: 'folder that the command runs in', zh: '运行该命令的文件夹' },
  },
  {
    name: 'pausable',
    type: 'boolean',
    default: false,
    kinds: USER_KINDS,
    help: {
      en: 'the training saves its state after each epoch, so its trials may be paused and resumed',
      zh: '训练每轮保存状态，因此试验可以暂停和恢复',
    },
  },
  {
    name: 'data',
    type: 'custom',
    required: true,
    shape: 'sources',
    kinds: finetune,
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
    kinds: finetune,
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
    kinds: finetune,
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
    kinds: finetune,
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
    kinds: finetune,
    flag: { name: 'probe', value: 'text', repeatable: true },
    help: {
      en: 'questions that the model answers before the search and the best model answers after it',
      zh: '搜索前由原模型、搜索后由最佳模型回答的问题',
    },
  },
] as const satisfies readonly Setting[]
