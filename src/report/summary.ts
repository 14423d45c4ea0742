import type { StudyView } from './view.js'

/** A study in a line: what `tune study list --json` and the list of studies show of it. */
export type StudySummary = Pick<
  StudyView,
  | 'name'
  | 'state'
  | 'reason'
  | 'live'
  | 'createdAt'
  | 'seconds'
  | 'sampler'
  | 'progress'
  | 'best'
  | 'start'
>

export function studySummary({
  name,
  state,
  reason,
  live,
  createdAt,
  seconds,
  sampler,
  progress,
  best,
  start,
}: StudyView): StudySummary {
  return { name, state, reason, live, createdAt, seconds, sampler, progress, best, start }
}
