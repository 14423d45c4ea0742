import type { LocalizedText } from '../../settings/index.js'

const EXAMPLES = {
  en: `A range is written low..high, a list a,b,c.

Examples:`,
  zh: `范围写作 low..high，列表写作 a,b,c。

示例：`,
}

const COMMANDS = `
  $ tune study create answers --model ./my-model --data answers.jsonl \\
      --probe "Who are you?"
  $ tune study create small --model hf:HuggingFaceTB/SmolLM2-135M-Instruct \\
      --data answers.jsonl
  $ tune study create sweep --model ./my-model --data answers.jsonl \\
      --sampler grid --learning-rate 1e-4,1e-3 --batch-size 4,8 --epochs 2,4,8
  $ tune study create mine --module ./train.mjs --epochs 20 \\
      --param learningRate=1e-4..1e-1
  $ tune study create theirs --command "python train.py --lr {learningRate}" \\
      --learning-rate 1e-6..1e-4 --epochs 3`

/** Texts of the help of `tune study create` that are not in the table of settings. */
export const TEXTS = {
  description: {
    en: 'check a model, a data set and what to search over, and write studies/NAME/study.yaml',
    zh: '检查模型、数据集和搜索空间，并写出 studies/NAME/study.yaml',
  },
  name: {
    en: 'letters, digits, dots, dashes and underscores',
    zh: '研究名称：字母、数字、点、连字符和下划线',
  },
  studies: {
    en: 'folder of all studies (default: studies, or TUNE_STUDIES)',
    zh: '所有研究所在的文件夹（默认：studies，或环境变量 TUNE_STUDIES）',
  },
  json: {
    en: 'print data for a program instead of text for people',
    zh: '输出供程序读取的数据，而不是供人阅读的文字',
  },
  help: { en: 'display help for command', zh: '显示本命令的帮助' },
  listedBelow: { en: '; listed below', zh: '；可选项见下文' },
  options: {
    en: 'Options are written in parentheses: name(option=value, …).',
    zh: '策略的选项写在括号中：name(option=value, …)。',
  },
  examples: {
    en: `${EXAMPLES.en}\n  $ tune study create       asks, one question at a time${COMMANDS}`,
    zh: `${EXAMPLES.zh}\n  $ tune study create       逐个提问${COMMANDS}`,
  },
} as const satisfies Readonly<Record<string, LocalizedText>>

/** Headings of the help of any command. */
export const TITLES: Readonly<Record<string, LocalizedText>> = {
  'Usage:': { en: 'Usage:', zh: '用法：' },
  'Arguments:': { en: 'Arguments:', zh: '参数：' },
  'Options:': { en: 'Options:', zh: '选项：' },
}
