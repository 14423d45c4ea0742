import type { Curve } from '../../record/curve.js'
import type { Prune } from '../../record/trial.js'
import { figure } from '../../util/figure.js'
import type { PruneRequest } from '../contract/pruner.js'
import { inDirection, levelAt, levelText } from './level.js'

/**
 * Options of the pruners that compare trials at rungs, each η times the epochs of the one before.
 */
export interface RungOptions {
  /** η: one in so many is promoted. */
  readonly factor: number
  /** The first rung: no trial is paused before this epoch. */
  readonly minEpochs: number
}

/**
 * η = 3 as in the papers. Before the third epoch there are only raw values, and they show little of
 * the end.
 */
export const RUNG_OPTIONS = [
  {
    name: 'factor',
    type: 'int',
    min: 2,
    max: Number.MAX_SAFE_INTEGER,
    default: 3,
    help: { en: 'one in so many trials of a rung is promoted', zh: '每级中每多少个试验晋级一个' },
  },
  {
    name: 'minEpochs',
    type: 'int',
    min: 1,
    max: Number.MAX_SAFE_INTEGER,
    default: 3,
    unit: 'epochs',
    help: { en: 'the first epoch at which trials are compared', zh: '首次比较时的 epoch' },
  },
] as const

/** A trial at a rung. */
export interface Arrival {
  readonly trial: Curve
  /** Its smoothed lowest loss by the rung; Infinity for one that failed. */
  readonly level: number
}

/** Trials by their levels at an epoch, best first; equal ones in the order they were begun. */
export function ranked(trials: readonly Curve[], epoch: number): readonly Arrival[] {
  return trials
    .map(trial => ({
      trial,
      level: trial.state === 'failed' ? Infinity : levelAt(trial.losses, epoch),
    }))
    .sort((a, b) => (a.level === b.level ? 0 : a.level - b.level))
}

/** Whether a trial does not resume. */
export function isOver({ state }: Curve): boolean {
  return state === 'complete' || state === 'pruned' || state === 'failed'
}

/** Whether a trial is paused at a rung. */
export function waitsAt(rungs: readonly number[], rung: number, { state, losses }: Curve): boolean {
  return state === 'paused' && losses.length >= rungs[rung]! && losses.length < rungs[rung + 1]!
}

export function promotionReason(
  arrivals: readonly Arrival[],
  { trial, level }: Arrival,
  promoted: number,
  epoch: number,
  { direction }: PruneRequest,
): string {
  const rank = arrivals.findIndex(one => one.trial === trial) + 1
  return (
    `number ${rank} of ${arrivals.length} at epoch ${epoch} ` +
    `with ${levelText(level, epoch, direction)}; ` +
    `${promoted} ${promoted === 1 ? 'goes' : 'go'} on`
  )
}

/** Rationale a trial is pruned at a rung. @param promoted how many of the rung resume, 1 or more */
export function pruneReason(
  arrivals: readonly Arrival[],
  trial: Curve,
  promoted: number,
  epoch: number,
  { direction }: PruneRequest,
): Prune {
  const rank = arrivals.findIndex(one => one.trial.trial === trial.trial)
  const [value, threshold] = [arrivals[rank]!, arrivals[promoted - 1]!].map(({ level }) =>
    inDirection(Math.min(level, Number.MAX_VALUE), direction),
  ) as [number, number]
  const cut =
    promoted === 1
      ? `the best, ${figure(threshold)}, continued`
      : `the best ${promoted}, down to ${figure(threshold)}, continued`
  const reason =
    `number ${rank + 1} of ${arrivals.length} at epoch ${epoch} ` +
    `with ${levelText(arrivals[rank]!.level, epoch, direction)}; ${cut}`
  const peers = arrivals
    .filter(one => one.trial.trial !== trial.trial)
    .map(({ trial: { trial, losses } }) => ({ trial, epochs: Math.min(epoch, losses.length) }))
  return { kind: 'rung', epoch, value, threshold, reason, peers }
}
