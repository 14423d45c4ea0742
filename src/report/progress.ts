import type { StudySpec } from '../record/study.js'
import type { TrialRecord } from '../record/trial.js'
import type { TrialView } from './trial.js'
import type { Progress } from './view.js'

/** What a trial has cost so far. */
export type TrialCost = Pick<TrialView, 'number' | 'leader' | 'state' | 'seconds' | 'epochsRun'>

/**
 * Progress of a study, and the time left if future trials cost as much as the finished ones.
 *
 * A trial that shares another's run costs nothing of its own: the cost of a trial is the time of
 * all runs over all finished trials. Under a budget of epochs, the epochs count.
 *
 * @param live a process runs the study now
 * @param maxEpochs of a study that has a budget of epochs: the most that a trial can have
 */
export function studyProgress(
  trials: readonly TrialCost[],
  spec: Pick<StudySpec, 'trials' | 'slots'>,
  live: boolean,
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
  if (!live) return { ...facts, secondsLeft: null }
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
 * Maximum epochs of a trial if the study's budget counts epochs: then its decisions record how many
 * remained.
 */
export function epochsBudgeted(trials: readonly TrialRecord[]): number | null {
  const last = trials.findLast(({ stages }) =>
    stages?.some(({ remaining }) => remaining !== undefined),
  )
  return last ? Number(last.params['epochs']) : null
}

/** The finished share of a study, for a bar. */
export function progressShare({ finished, total, epochs }: Progress): {
  readonly done: number
  readonly of: number
  readonly what: 'trials' | 'epochs'
} {
  return epochs
    ? { done: epochs.spent, of: epochs.budget, what: 'epochs' }
    : { done: finished, of: total, what: 'trials' }
}
