import type { Setting } from '../setting.js'

/**
 * How the learning rate changes over a run, after warm-up. Under `constant` a short run is a prefix
 * of a long one.
 */
export const SCHEDULES = ['constant', 'linear', 'cosine', 'wsd'] as const
export type Schedule = (typeof SCHEDULES)[number]

export const OPTIMIZERS = ['adamw', 'adam', 'sgd', 'lion', 'adafactor'] as const
export type Optimizer = (typeof OPTIMIZERS)[number]

/** Which weights are trained: all, or low-rank adapters beside frozen ones. */
export const METHODS = ['full', 'lora'] as const
export type Method = (typeof METHODS)[number]

/** Settings of the training, the same for every trial unless the search varies them. */
export const training = [
  {
    name: 'schedule',
    label: '学习率调度',
    type: 'choice',
    choices: SCHEDULES,
    default: 'constant',
    // Of training of the user's own only its author knows the schedule.
    explicit: 'model',
    searchable: { example: 'constant,cosine' },
    help: {
      en:
        'how the learning rate changes after warm-up: constant, linear, cosine or wsd ' +
        '(warm-up–stable–decay)',
      zh: '预热之后学习率的变化方式：constant、linear、cosine 或 wsd（预热—稳定—衰减）',
    },
  },
  {
    name: 'warmupSteps',
    label: '预热步数',
    type: 'int',
    min: 0,
    max: 1_000_000,
    default: 10,
    explicit: true,
    unit: 'steps',
    family: 'model',
    searchable: { example: '0..100' },
    help: {
      en: 'optimizer steps over which the learning rate rises from 0',
      zh: '学习率从 0 线性升高所用的优化步数',
    },
  },
  {
    name: 'weightDecay',
    label: '权重衰减',
    type: 'float',
    min: 0,
    max: 1,
    default: 0.01,
    explicit: true,
    family: 'model',
    searchable: { example: '0..0.1' },
    flag: { searches: true, everywhere: true },
    help: {
      en: 'weight decay of matrices; norms and biases have none',
      zh: '矩阵权重的衰减系数；归一化层和偏置不衰减',
    },
  },
  {
    name: 'clipNorm',
    label: '梯度裁剪',
    type: 'float',
    min: 0,
    max: 1_000_000,
    default: 1,
    explicit: true,
    family: 'model',
    searchable: { example: '0.5..2' },
    help: {
      en: 'largest global L2 norm of the gradient; 0 turns clipping off',
      zh: '梯度全局 L2 范数的上限；0 表示不裁剪',
    },
  },
  {
    name: 'maxLength',
    label: '最大长度',
    type: 'int',
    min: 8,
    max: 1_000_000,
    default: 512,
    explicit: true,
    unit: 'tokens',
    family: 'model',
    help: {
      en: 'tokens per example; longer examples lose tokens from the front of the conversation',
      zh: '每个样本的最大词元数；更长的样本从对话开头截断',
    },
  },
  {
    name: 'optimizer',
    label: '优化器',
    type: 'choice',
    choices: OPTIMIZERS,
    default: 'adamw',
    family: 'model',
    searchable: { example: 'adamw,lion' },
    flag: { searches: true, value: 'list' },
    help: {
      en: 'optimizer: adamw, adam, sgd, lion or adafactor',
      zh: '优化器：adamw、adam、sgd、lion 或 adafactor',
    },
  },
  {
    name: 'momentum',
    label: '动量',
    type: 'float',
    min: 0,
    max: 1,
    exclusiveMax: true,
    default: 0.9,
    family: 'model',
    searchable: { example: '0.8..0.95' },
    flag: { searches: true },
    help: { en: 'momentum of sgd', zh: 'sgd 的动量' },
  },
  {
    name: 'warmupRatio',
    label: '预热比例',
    replaces: 'warmupSteps',
    type: 'float',
    min: 0,
    max: 1,
    exclusiveMax: true,
    default: 0,
    family: 'model',
    searchable: { example: '0..0.1' },
    flag: { searches: true },
    help: {
      en: 'warm-up as a share of all steps; above 0 it replaces warmupSteps',
      zh: '预热步数占总步数的比例；大于 0 时取代 warmupSteps',
    },
  },
  {
    // As in Hägele et al., "Scaling laws and compute-optimal training beyond fixed training
    // durations", NeurIPS 2024.
    name: 'decayRatio',
    label: '衰减比例',
    type: 'float',
    min: 0,
    max: 1,
    exclusiveMin: true,
    default: 0.2,
    family: 'model',
    help: {
      en: 'share of the steps over which schedule wsd falls to 0',
      zh: 'wsd 调度中学习率降到 0 所用步数的比例',
    },
  },
  {
    name: 'dropout',
    type: 'float',
    min: 0,
    max: 1,
    exclusiveMax: true,
    default: 0,
    family: 'model',
    searchable: { example: '0..0.2' },
    flag: { searches: true },
    help: {
      en: 'dropout probability on the way into the residual stream',
      zh: '进入残差流处的 dropout 概率',
    },
  },
  {
    name: 'labelSmoothing',
    label: '标签平滑',
    type: 'float',
    min: 0,
    max: 1,
    exclusiveMax: true,
    default: 0,
    family: 'model',
    searchable: { example: '0..0.1' },
    flag: { searches: true },
    help: {
      en: "share of a target's probability that is spread over the vocabulary",
      zh: '标签平滑：目标概率中分摊到整个词表的比例',
    },
  },
  {
    name: 'method',
    label: '微调方法',
    type: 'choice',
    choices: METHODS,
    default: 'full',
    family: 'model',
    help: {
      en: 'full trains all weights, lora a small adapter beside them',
      zh: 'full 训练全部权重；lora 只训练附加的低秩适配器',
    },
  },
  {
    name: 'evaluateEvery',
    type: 'float',
    min: 0,
    max: 1,
    default: 0,
    unit: 'epochs',
    family: 'model',
    help: {
      en:
        'share of an epoch between two evaluations on the validation split; 0 evaluates at ' +
        'its end only',
      zh: '两次验证之间间隔的轮数比例；0 表示只在每轮结束时验证',
    },
  },
] as const satisfies readonly Setting[]
