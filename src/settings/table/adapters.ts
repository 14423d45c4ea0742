import type { Setting } from '../setting.js'

/** Settings of adapters: `training.lora`. Under rsLoRA the scale is alpha / √rank. */
export const lora = [
  {
    name: 'rank',
    label: 'LoRA 秩',
    type: 'int',
    min: 1,
    max: 4096,
    scale: 'log',
    default: 8,
    explicit: true,
    family: 'model',
    searchable: { parameter: 'loraRank', example: '4,8,16' },
    flag: { name: 'lora-rank', searches: true },
    help: { en: 'rank of the adapter matrices', zh: '适配器矩阵的秩' },
  },
  {
    name: 'alpha',
    label: 'LoRA alpha',
    type: 'float',
    min: 0,
    max: 1_000_000,
    exclusiveMin: true,
    scale: 'log',
    default: 16,
    explicit: true,
    family: 'model',
    searchable: { parameter: 'loraAlpha', example: '8,16,32' },
    flag: { name: 'lora-alpha', searches: true },
    help: {
      en: 'scale of the adapter: its output is multiplied by alpha / rank',
      zh: '适配器的缩放：输出乘以 alpha / rank',
    },
  },
  {
    name: 'dropout',
    label: 'LoRA dropout',
    type: 'float',
    min: 0,
    max: 1,
    exclusiveMax: true,
    default: 0,
    explicit: true,
    family: 'model',
    searchable: { parameter: 'loraDropout', example: '0..0.1' },
    flag: { name: 'lora-dropout', searches: true },
    help: {
      en: "dropout probability on an adapter's inputs while training",
      zh: '训练时适配器输入的 dropout 概率',
    },
  },
  {
    name: 'targets',
    label: 'LoRA 目标层',
    type: 'list',
    min: 1,
    default: ['all-linear'],
    explicit: true,
    family: 'model',
    flag: { name: 'lora-targets' },
    help: {
      en:
        'last parts of the names of the adapted layers, such as q_proj; all-linear adapts ' +
        'every matrix of the blocks',
      zh: '要适配的层名的最后一段，例如 q_proj；all-linear 适配各层的所有矩阵',
    },
  },
  {
    name: 'rslora',
    type: 'boolean',
    default: false,
    explicit: true,
    family: 'model',
    help: {
      en: 'rank-stabilized LoRA: scale by alpha / √rank instead',
      zh: 'rsLoRA：改用 alpha / √rank 缩放',
    },
  },
] as const satisfies readonly Setting[]

/** Scoring of generated answers: `training.score`. */
export const score = [
  {
    name: 'examples',
    type: 'int',
    min: 0,
    max: 1_000_000,
    default: 32,
    explicit: true,
    unit: 'examples',
    family: 'model',
    flag: { name: 'score-examples' },
    help: {
      en: 'validation examples that the model answers after each epoch; 0 scores none',
      zh: '每轮结束后让模型作答的验证样本数；0 表示不打分',
    },
  },
  {
    name: 'maxTokens',
    type: 'int',
    min: 1,
    max: 1_000_000,
    default: 64,
    explicit: true,
    unit: 'tokens',
    family: 'model',
    flag: { name: 'score-max-tokens' },
    help: { en: 'tokens per generated answer, at most', zh: '每个生成答案的最大词元数' },
  },
  {
    name: 'data',
    type: 'custom',
    shape: 'sources',
    family: 'model',
    flag: { name: 'score-data', value: 'file' },
    help: {
      en: 'files whose questions are asked instead of validation examples',
      zh: '用这些文件中的问题代替验证样本',
    },
  },
] as const satisfies readonly Setting[]
