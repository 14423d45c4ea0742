import type { StudySpec } from '../record/study.js'
import type { Progress, TrialView } from './view.js'

/** What a trial has cost so far. */
export type Costed = Pick<TrialView, 'number' | 'training' | 'state' | 'seconds'>

/**
 * How far a study is, and how long it will still take if the trials ahead cost what the finished ones did.
 *
 * A trial that shares a training costs nothing of its own, so the cost of a trial is the time of all
 * trainings over all finished trials.
 *
 * @param atWork trials are being run now
 */
export function progressOf(trials: readonly Costed[], spec: Pick<StudySpec, 'trials' | 'slots'>, atWork: boolean): Progress {
  const finished = trials.filter(({ state }) => state === 'complete' || state === 'pruned' || state === 'failed')
  const running = trials.filter(({ state }) => state === 'running')
  const total = Math.max(spec.trials, trials.length)
  const facts = { finished: finished.length, running: running.length, total }
  if (!atWork || finished.length === 0) return { ...facts, secondsLeft: null }
  const spent = finished.reduce((sum, { number, training, seconds }) => sum + (training === number ? seconds : 0), 0)
  const each = spent / finished.length
  const notBegun = total - finished.length - running.length
  const underWay = running.reduce((sum, { seconds }) => sum + Math.max(0, each - seconds), 0)
  const abreast = Math.max(1, Math.min(spec.slots, total - finished.length))
  return { ...facts, secondsLeft: (notBegun * each + underWay) / abreast }
}
