import type { Judgement } from '../record/verdict.js'
import { judge, type CurveHistory } from './judge.js'
import { ruleNamed } from './rules/index.js'

/**
 * What decides whether a training ends early: `true`, the judge; `false`, nothing; or a classic
 * rule by its name, such as `patience(5)`. The verdict is the judge's in each case.
 */
export type Stopping = boolean | string

/**
 * The judge's verdict on a history, and whether to stop by what the study asked for.
 *
 * @throws UserError for a rule that is not known
 */
export function judgeBy(stopping: Stopping, history: CurveHistory): Judgement {
  const judgement = judge(history)
  if (typeof stopping === 'boolean') return { ...judgement, stop: judgement.stop && stopping }
  const { epochs } = history
  const said = ruleNamed(stopping)({
    validation: epochs.map(({ valLoss }) => valLoss),
    training: epochs.map(({ loss }) => loss),
  })
  return { ...judgement, stop: said !== null }
}
