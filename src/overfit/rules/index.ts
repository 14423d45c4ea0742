import { StrategyRegistry, type StrategyInput } from '../../settings/strategy-registry.js'
import { kerasEarlyStopping } from './keras.js'
import { optunaPatience } from './optuna.js'
import { patience } from './patience.js'
import { generalizationLossRule, progressQuotientRule, successiveRisesRule } from './prechelt.js'

export {
  generalizationLossRule,
  kerasEarlyStopping,
  optunaPatience,
  patience,
  progressQuotientRule,
  successiveRisesRule,
}
export { stopEpoch } from './rule.js'
export type { Rule } from './rule.js'

const factories = [
  patience,
  generalizationLossRule,
  progressQuotientRule,
  successiveRisesRule,
  kerasEarlyStopping,
  optunaPatience,
] as const

/** The classic rules, by the names that their papers and libraries give them. */
export const earlyStoppingRules = new StrategyRegistry('earlyStopping', factories)

export type EarlyStoppingRuleName = (typeof earlyStoppingRules)['names'][number]
/** A rule as study.yaml and the command line name it: `patience(5, 0.001)`, `GL(5)`. */
export type EarlyStoppingInput = StrategyInput<(typeof factories)[number]>
