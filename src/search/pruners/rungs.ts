import type { Prune } from '../../record/trial.js'
import { figure } from '../../util/figure.js'
import { levelAt, levelWords } from './level.js'
import { shown, type PrunedCurve, type PrunerFacts } from '../contract/pruner.js'

/**
 * What pruners share that compare trials at a few epochs, the rungs, of which each is η times the
 * one before.
 */
export interface RungOptions {
  /** η: one in so many goes on. */
  readonly factor: number
  /** The first rung: no trial is paused before so many epochs. */
  readonly least: number
}

/**
 * η = 3 as in the papers; before the third epoch there is nothing but raw values, and they say
 * little of the end.
 */
export const RUNG_DEFAULTS: RungOptions = { factor: 3, least: 3 }

/** A trial at a rung. */
export interface Arrival {
  readonly trial: PrunedCurve
  /** What it had come to by the rung; Infinity for one that failed. */
  readonly level: number
}

/**
 * Trials by what they had come to by an epoch, best first, in the order they were begun where they
 * are equal.
 */
export function ranked(trials: readonly PrunedCurve[], epoch: number): readonly Arrival[] {
  return trials
    .map(trial => ({
      trial,
      level: trial.state === 'failed' ? Infinity : levelAt(trial.curve, epoch),
    }))
    .sort((a, b) => (a.level === b.level ? 0 : a.level - b.level))
}

/** Whether a trial will not go on. */
export function isOver({ state }: PrunedCurve): boolean {
  return state === 'complete' || state === 'pruned' || state === 'failed'
}

/** Whether a trial stands at a rung with its checkpoint and has not gone on from there. */
export function waitsAt(
  rungs: readonly number[],
  rung: number,
  { state, curve }: PrunedCurve,
): boolean {
  return state === 'paused' && curve.length >= rungs[rung]! && curve.length < rungs[rung + 1]!
}

export function promotionReason(
  arrivals: readonly Arrival[],
  { trial, level }: Arrival,
  kept: number,
  epoch: number,
  { direction }: PrunerFacts,
): string {
  const rank = arrivals.findIndex(one => one.trial === trial) + 1
  return `number ${rank} of ${arrivals.length} at epoch ${epoch} with ${levelWords(level, epoch, direction)}; ${kept} ${kept === 1 ? 'goes' : 'go'} on`
}

/** Why a trial stays at a rung. @param kept how many go on, 1 or more */
export function leftBehind(
  arrivals: readonly Arrival[],
  trial: PrunedCurve,
  kept: number,
  epoch: number,
  { direction }: PrunerFacts,
): Prune {
  const rank = arrivals.findIndex(one => one.trial.number === trial.number)
  const [value, threshold] = [arrivals[rank]!, arrivals[kept - 1]!].map(({ level }) =>
    shown(Math.min(level, Number.MAX_VALUE), direction),
  ) as [number, number]
  const cut =
    kept === 1
      ? `the best, ${figure(threshold)}, went on`
      : `the best ${kept}, down to ${figure(threshold)}, went on`
  const reason = `number ${rank + 1} of ${arrivals.length} at epoch ${epoch} with ${levelWords(arrivals[rank]!.level, epoch, direction)}; ${cut}`
  const peers = arrivals
    .filter(one => one.trial.number !== trial.number)
    .map(({ trial: { number, curve } }) => ({
      trial: number,
      epochs: Math.min(epoch, curve.length),
    }))
  return { kind: 'rung', epoch, value, threshold, reason, peers }
}
