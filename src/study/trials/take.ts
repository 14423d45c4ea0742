import {
  type PausedTrial,
  type RunningTrial,
  type Stage,
  type TrialRecord,
  type WaitingTrial,
} from '../../record/trial.js'
import { resume } from '../../record/transitions.js'
import { decide } from '../decision/decide.js'
import { decisionInput, type TrialContext } from './context.js'

export type TakenTrial =
  | { readonly kind: 'training'; readonly leader: number }
  | { readonly kind: 'nothing'; readonly reason: string }

/**
 * Decides what is trained next, and records it in one change. The caller holds the mutex.
 *
 * @param begin makes the leader's record `running` at once, for a caller outside of the slots
 */
export async function takeTrial(
  { store, decide: elsewhere, strategies }: TrialContext,
  begin: (trial: WaitingTrial | RunningTrial) => TrialRecord = trial => trial,
): Promise<TakenTrial> {
  const input = decisionInput(store)
  const decision = elsewhere ? await elsewhere(input) : decide(input, strategies)
  if (decision.kind === 'nothing') return decision
  const leader = decision.kind === 'begin' ? decision.trials.at(-1)!.number : decision.trial
  await store.update(document => ({
    ...document,
    trials:
      decision.kind === 'begin'
        ? [
            ...document.trials,
            ...decision.trials.map(trial => (trial.number === leader ? begin(trial) : trial)),
          ]
        : document.trials.map(trial =>
            trial.number === leader ? begin(resumed(trial, decision.stage)) : trial,
          ),
  }))
  return { kind: 'training', leader }
}

function resumed(trial: TrialRecord, stage: Stage): RunningTrial {
  if (trial.state !== 'paused')
    throw new Error(`trial ${trial.number} is to be resumed and is not paused`)
  return resume(trial satisfies PausedTrial, stage)
}
