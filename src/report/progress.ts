import type { StudySpec } from '../record/study.js'
import type { TrialRecord } from '../record/trial.js'
import { plural } from './format.js'
import type { Progress, TrialView } from './view.js'

/** What a trial has cost so far. */
export type Costed = Pick<TrialView, 'number' | 'leader' | 'state' | 'seconds' | 'epochsRun'>

/**
 * How far a study is, and how long it will still take if the trials ahead cost what the finished
 * ones did.
 *
 * A trial that shares a training costs nothing of its own, so the cost of a trial is the time of
 * all trainings over all finished trials. Under a budget of epochs it is the epochs that count.
 *
 * @param atWork trials are being run now
 * @param maxEpochs of a study that has a budget of epochs: the most that a trial can have
 */
export function progressOf(
  trials: readonly Costed[],
  spec: Pick<StudySpec, 'trials' | 'slots'>,
  atWork: boolean,
  maxEpochs: number | null = null,
): Progress {
  const finished = trials.filter(
    ({ state }) => state === 'complete' || state === 'pruned' || state === 'failed',
  )
  const running = trials.filter(({ state }) => state === 'running')
  const paused = trials.filter(({ state }) => state === 'paused').length
  const total = maxEpochs === null ? Math.max(spec.trials, trials.length) : trials.length
  const epochs =
    maxEpochs === null
      ? null
      : {
          spent: trials.reduce((sum, { epochsRun }) => sum + epochsRun, 0),
          budget: spec.trials * maxEpochs,
        }
  const facts = { finished: finished.length, running: running.length, paused, total, epochs }
  if (!atWork) return { ...facts, secondsLeft: null }
  if (epochs) {
    const seconds = trials.reduce((sum, trial) => sum + trial.seconds, 0)
    return {
      ...facts,
      secondsLeft:
        epochs.spent === 0
          ? null
          : (Math.max(0, epochs.budget - epochs.spent) * seconds) / epochs.spent / spec.slots,
    }
  }
  if (finished.length === 0) return { ...facts, secondsLeft: null }
  const spent = finished.reduce(
    (sum, { number, leader, seconds }) => sum + (leader === number ? seconds : 0),
    0,
  )
  const each = spent / finished.length
  const notBegun = total - finished.length - running.length - paused
  const underWay = running.reduce((sum, { seconds }) => sum + Math.max(0, each - seconds), 0)
  const abreast = Math.max(1, Math.min(spec.slots, total - finished.length))
  return { ...facts, secondsLeft: (notBegun * each + underWay) / abreast }
}

/**
 * The most epochs of a trial where a study's budget is of epochs: then its decisions say how many
 * were left.
 */
export function epochsBudgeted(trials: readonly TrialRecord[]): number | null {
  const last = trials.findLast(({ stages }) =>
    stages?.some(({ remaining }) => remaining !== undefined),
  )
  return last ? Number(last.params['epochs']) : null
}

/** How far a study is, for a bar. */
export function shareOf({ finished, total, epochs }: Progress): {
  readonly done: number
  readonly of: number
  readonly what: 'trials' | 'epochs'
} {
  return epochs
    ? { done: epochs.spent, of: epochs.budget, what: 'epochs' }
    : { done: finished, of: total, what: 'trials' }
}

/** `7 of 12 trials`, or under a budget of epochs `31 trials begun, 214 of 240 epochs spent`. */
export function progressText({ finished, total, epochs }: Progress): string {
  return epochs
    ? `${plural(total, 'trial')} begun, ${epochs.spent} of ${plural(epochs.budget, 'epoch')} spent`
    : `${finished} of ${plural(total, 'trial')}`
}
