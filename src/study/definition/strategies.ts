import { earlyStoppingRules } from '../../overfit/index.js'
import { pruners, searches } from '../../search/registry.js'
import type { LocalizedText } from '../../settings/index.js'
import type { Strategy } from '../../settings/strategy.js'

/** The strategies that a setting of study.yaml chooses from. */
export interface StrategyList {
  /** The setting's name. */
  readonly key: string
  readonly title: LocalizedText
  /** Names that are no strategy of the registry and take no options. */
  readonly words: readonly string[]
  readonly registry: {
    readonly strategies: readonly Strategy[]
    readonly acceptsObjects: boolean
    usages(): readonly string[]
  }
}

/** Early stopping that no classic rule decides: by the verdict, or none. */
export const EARLY_STOPPING_WORDS: readonly string[] = ['verdict', 'off']

/** Every setting of study.yaml that names a strategy. */
export const STRATEGY_LISTS: readonly StrategyList[] = [
  {
    key: 'sampler',
    title: { en: 'Samplers', zh: '采样器' },
    words: [],
    registry: searches,
  },
  {
    key: 'pruner',
    title: { en: 'Pruners', zh: '剪枝器' },
    words: [],
    registry: pruners,
  },
  {
    key: 'earlyStopping',
    title: { en: 'Early-stopping rules', zh: '早停规则' },
    words: EARLY_STOPPING_WORDS,
    registry: earlyStoppingRules,
  },
]
