import { topTrialEstimates, rankEntry, type Contender } from '../../ranking/index.js'
import type { TopTrialEstimates } from '../../record/document.js'
import { directionSign } from '../../record/objective.js'
import { paramsInSpace } from './ask.js'
import type { DecisionInput } from './decide.js'
import { trialPlan } from './plan.js'

/**
 * What the model of the search expects of the first complete trials, which decides who wins a noisy
 * study; made once, when the search has ended.
 *
 * @returns undefined where the scores alone decide: see `topTrialEstimates`; also in a study of two
 *   objectives, and where trials share trainings
 */
export function estimateTopTrials({
  spec,
  trials,
  losses: allLosses,
}: DecisionInput): TopTrialEstimates | undefined {
  const complete = trials.filter(trial => trial.state === 'complete')
  if (spec.objectives || complete.some(({ number, leader }) => number !== leader)) return undefined
  const plan = trialPlan(spec)
  const contenders = complete.map((trial): Contender => {
    const losses = (allLosses.get(trial.number) ?? []).slice(0, trial.epochsRun)
    const isMeasured = losses.length === trial.epochsRun && losses.every(Number.isFinite)
    return {
      ...rankEntry(trial, spec.direction),
      params: paramsInSpace(plan.space, trial.params, spec),
      losses: isMeasured ? losses : [],
      bestEpoch: trial.bestEpoch,
    }
  })
  const estimates = topTrialEstimates(contenders, {
    space: plan.space,
    seed: spec.seed,
    scoreEpoch: spec.scoreEpoch,
    stagedEpochs: plan.pacing.kind === 'allocator' ? plan.pacing.maxEpochs : null,
  })
  const sign = directionSign(spec.direction)
  return (
    estimates && {
      complete: complete.length,
      trials: [...estimates].map(([trial, loss]) => ({ trial, objective: sign * loss })),
    }
  )
}
