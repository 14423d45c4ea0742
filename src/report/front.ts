import { paretoFront } from '../math/pareto.js'
import { objectiveDirection, directionSign } from '../record/objective.js'
import type { Measure } from '../settings/index.js'
import { byConfiguration, mean } from '../record/repeats.js'
import type { TrialRecord } from '../record/trial.js'

/**
 * Numbers of the complete trials that are on the Pareto front of two objectives: no other
 * configuration is better in one of them without being worse in the other. Repeats of a
 * configuration are on it together, with their means.
 */
export function paretoTrials(
  trials: readonly TrialRecord[],
  objectives: readonly [Measure, Measure],
): ReadonlySet<number> {
  const complete = trials.filter(
    trial => trial.state === 'complete' && trial.objectives !== undefined,
  )
  const groups = [...byConfiguration(complete).values()]
  const points = groups.map(group =>
    objectives.map(
      (measure, j) =>
        directionSign(objectiveDirection(measure)) *
        mean(group.map(trial => (trial.state === 'complete' ? trial.objectives![j]! : Number.NaN))),
    ),
  )
  return new Set(paretoFront(points).flatMap(i => groups[i]!.map(({ number }) => number)))
}
