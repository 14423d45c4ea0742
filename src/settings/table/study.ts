import { engineNames } from '../../compile/engine.js'
import type { Setting } from '../setting.js'

/** What the best epoch and the best trial may be chosen by. */
export const OBJECTIVES = [
  'valLoss',
  'perplexity',
  'tokenAccuracy',
  'exactMatch',
  'contains',
  'rougeL',
] as const
export type Objective = (typeof OBJECTIVES)[number]

/** What two objectives may be chosen from: any of them, and the seconds of training. */
export const MEASURES = [...OBJECTIVES, 'seconds'] as const
export type Measure = (typeof MEASURES)[number]

/** Which epoch a trial counts by: its best, or the last that it ran. */
export const SCORE_EPOCHS = ['best', 'last'] as const
export type ScoreEpoch = (typeof SCORE_EPOCHS)[number]

/** Each comparison on a test split uses it up: few trials may be compared on it. */
export const MAX_FINALISTS = 8

/** How a study searches: the same settings for every trial kind, but for the space. */
export const search = [
  {
    name: 'pausable',
    type: 'boolean',
    default: false,
    family: 'user',
    help: {
      en: 'the training saves its state after each epoch, so its trials may be paused and resumed',
      zh: '训练每轮保存状态，因此试验可以暂停和恢复',
    },
  },
  {
    name: 'sampler',
    type: 'custom',
    shape: 'strategy',
    default: 'auto',
    explicit: true,
    flag: { value: 'name' },
    help: {
      en: 'how trials are chosen',
      zh: '选择试验的方法',
    },
  },
  {
    name: 'trials',
    type: 'int',
    min: 1,
    max: 1_000_000,
    default: 12,
    defaultText: { en: '12; a grid: all', zh: '12；网格搜索为全部' },
    unit: 'trials',
    help: {
      en: 'trials to run; for an epoch-aware search, how many full runs its epochs add up to',
      zh: '试验总数；对 epoch-aware 搜索，表示总轮数相当于多少次完整训练',
    },
  },
  {
    name: 'slots',
    type: 'int',
    min: 1,
    max: 256,
    default: 2,
    explicit: true,
    unit: 'trials',
    help: { en: 'trials that run at the same time', zh: '同时运行的试验数' },
  },
  {
    name: 'engine',
    type: 'choice',
    choices: ['auto', ...engineNames],
    default: 'auto',
    flag: { value: 'name' },
    help: {
      en: 'engine that trials run on; tune doctor measures those of this machine',
      zh: '运行试验的引擎；tune doctor 会测量本机可用的引擎',
    },
  },
  {
    name: 'seed',
    type: 'int',
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    default: 1,
    explicit: true,
    help: {
      en: 'key of all randomness: the same seed gives the same split and the same trials',
      zh: '随机种子：相同的种子得到相同的数据划分和相同的试验',
    },
  },
  {
    name: 'space',
    type: 'custom',
    shape: 'space',
    default: {},
    explicit: true,
    family: 'model',
    flag: null,
    help: {
      en:
        'what is searched: a range low..high, or a list; a parameter here replaces its ' +
        'setting under training',
      zh: '搜索空间：范围 low..high 或列表；此处的参数取代 training 中的同名设置',
    },
  },
  {
    name: 'parameters',
    type: 'custom',
    shape: 'parameters',
    required: true,
    family: 'user',
    flag: { name: 'param', value: 'name=range', repeatable: true },
    help: {
      en: 'what is searched: a range low..high, or a list; epochs is the most that a trial may run',
      zh: '搜索空间：范围 low..high 或列表；epochs 是一个试验最多运行的轮数',
    },
  },
  {
    name: 'training',
    type: 'custom',
    shape: 'training',
    default: {},
    explicit: true,
    family: 'model',
    flag: null,
    help: {
      en: 'training settings that are the same for every trial',
      zh: '所有试验共用的训练设置',
    },
  },
  {
    name: 'objective',
    type: 'choice',
    choices: OBJECTIVES,
    default: 'valLoss',
    family: 'model',
    help: {
      en:
        'what trials are compared by: valLoss, perplexity, tokenAccuracy, exactMatch, ' +
        'contains or rougeL',
      zh: '比较试验的指标：valLoss、perplexity、tokenAccuracy、exactMatch、contains 或 rougeL',
    },
  },
  {
    name: 'objectives',
    type: 'custom',
    shape: 'objectives',
    flag: { value: 'list' },
    help: {
      en: 'two measures to trade off, such as valLoss,seconds; the first ranks the trials',
      zh: '两个需要权衡的指标，例如 valLoss,seconds；试验按第一个排名',
    },
  },
  {
    name: 'constraints',
    type: 'list',
    flag: { name: 'constraint', value: 'expression', repeatable: true },
    help: {
      en: 'expressions that every configuration must satisfy, such as batchSize * epochs <= 64',
      zh: '每个配置必须满足的表达式，例如 batchSize * epochs <= 64',
    },
  },
  {
    name: 'defaults',
    type: 'custom',
    shape: 'point',
    defaultText: { en: "the training's own defaults", zh: '训练自身的默认值' },
    flag: { name: 'default', value: 'name=value', repeatable: true },
    help: {
      en: 'your present configuration: trial 0 runs it, and improvements are measured against it',
      zh: '当前使用的配置：试验 0 运行它，改进以它为基准',
    },
  },
  {
    name: 'initialPoints',
    type: 'custom',
    shape: 'points',
    flag: null,
    help: {
      en: 'configurations that are tried first, after the defaults',
      zh: '在默认配置之后最先尝试的配置',
    },
  },
  {
    name: 'warmStart',
    type: 'custom',
    shape: 'names',
    flag: { value: 'study', repeatable: true },
    help: {
      en: 'earlier studies whose results seed the search',
      zh: '用其结果为搜索热启动的早先研究',
    },
  },
  {
    name: 'repeats',
    type: 'int',
    min: 1,
    max: 1000,
    default: 1,
    unit: 'runs',
    help: {
      en: 'runs of each configuration, each with its own seed; the mean ranks it',
      zh: '每个配置用不同种子重复训练的次数；按均值排名',
    },
  },
] as const satisfies readonly Setting[]
