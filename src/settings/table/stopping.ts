import type { Setting } from '../setting.js'
import { MAX_FINALISTS, SCORE_EPOCHS } from './study.js'

/** When trials end, and which of them counts. */
export const stopping = [
  {
    name: 'earlyStopping',
    type: 'custom',
    shape: 'rule',
    default: 'verdict',
    explicit: true,
    flag: { value: 'rule' },
    help: {
      en:
        'when a trial ends because more epochs only make it worse: verdict, off, or a ' +
        'classic rule such as patience(5)',
      zh: '何时因继续训练只会变差而提前结束试验：verdict、off，或经典规则，例如 patience(5)',
    },
  },
  {
    name: 'pruner',
    type: 'custom',
    shape: 'pruner',
    defaultText: { en: 'none', zh: '无' },
    flag: { value: 'name' },
    help: {
      en: 'ends trials whose peers are better',
      zh: '剪枝：提前结束不如同伴的试验',
    },
  },
  {
    name: 'minGainPerEpoch',
    type: 'float',
    min: 0,
    max: Number.MAX_VALUE,
    exclusiveMin: true,
    flag: { value: 'gain' },
    help: {
      en:
        'the study ends when no epoch is expected to improve the objective by this much; ' +
        'needs an epoch-aware search',
      zh: '当预计任何一轮的改进都不到此值时结束研究；需要 epoch-aware 搜索',
    },
  },
  {
    name: 'stopAfterFailures',
    type: 'float',
    min: 0,
    max: 1_000_000,
    default: 3,
    flag: { value: 'n' },
    help: {
      en:
        'the study stops after so many trials in a row that fail in the same way before their ' +
        'first epoch; below 1, after this share of all trials; 0 for never',
      zh: '连续多少个试验在第一轮结束前以同样的原因失败时停止研究；小于 1 时表示失败试验的比例；0 表示从不',
    },
  },
  {
    name: 'scoreEpoch',
    type: 'choice',
    choices: SCORE_EPOCHS,
    default: 'best',
    flag: { value: 'which' },
    help: {
      en: 'the epoch that a trial counts by: its best or its last',
      zh: '试验按哪一轮计分：best（最佳）或 last（最后）',
    },
  },
  {
    name: 'finalists',
    type: 'int',
    min: 1,
    max: MAX_FINALISTS,
    default: 3,
    unit: 'trials',
    family: 'model',
    help: {
      en: 'best trials that are measured on the test split',
      zh: '在测试集上测量的最佳试验数',
    },
  },
  {
    name: 'retrain',
    type: 'int',
    min: 0,
    max: 100,
    default: 0,
    unit: 'runs',
    help: {
      en: 'further runs of each finalist after the search, each with its own seed',
      zh: '搜索结束后每个入围配置用其他种子再训练的次数',
    },
  },
] as const satisfies readonly Setting[]
