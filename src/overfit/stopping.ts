import type { Judgement } from '../record/verdict.js'
import { judge, type VerdictInput } from './judge.js'
import { earlyStoppingRules } from './rules/index.js'

/**
 * The verdict on a history, and whether a rule ends the training early.
 *
 * @param earlyStopping `verdict`: by the verdict; `off`: never; or a classic rule by its
 *   name, such as `patience(5)`. The verdict is the same in each case.
 * @throws UserError for a rule that does not exist
 */
export function judgeBy(earlyStopping: string, history: VerdictInput): Judgement {
  const judgement = judge(history)
  if (earlyStopping === 'verdict') return judgement
  if (earlyStopping === 'off') return { ...judgement, stop: false }
  const reason = earlyStoppingRules.create(earlyStopping)(history.epochs)
  return { ...judgement, stop: reason !== null }
}
