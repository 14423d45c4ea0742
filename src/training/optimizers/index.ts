import type { Optimizer } from '../../settings/index.js'
import { adafactor } from './adafactor.js'
import { adam, adamw } from './adamw.js'
import { lion } from './lion.js'
import type { OptimizerRule } from './optimizer.js'
import { sgd } from './sgd.js'

export {
  momentSpecs,
  stepInputs,
  stepInputSpecs,
  type OptimizerRule,
  type StepSettings,
} from './optimizer.js'
export { takeStep } from './step.js'

/** The rules by the names that a study calls them. */
export const OPTIMIZERS: Readonly<Record<Optimizer, OptimizerRule>> = {
  adamw,
  adam,
  sgd,
  lion,
  adafactor,
}
