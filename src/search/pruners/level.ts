import { median } from '../../math/statistics.js'
import type { Direction } from '../../record/study.js'
import { smoothCurve } from '../../math/curve-smoother.js'
import { figure } from '../../util/figure.js'

/** Fewest epochs that a smoother can distinguish from the bend of a curve's beginning. */
const MIN_SMOOTHED = 15

/** Levels by epoch of the curves in use: each is computed once, not once for each running trial. */
const levels = new WeakMap<readonly number[], number[]>()

/**
 * What a curve has reached by an epoch: its lowest value, from the second epoch on never a raw one.
 * A long curve is smoothed; of a shorter one the medians of three epochs in a row are taken, which
 * a single lucky epoch cannot move and which lag by one epoch, alike for all trials.
 *
 * Later epochs have no influence. A curve that ended before the epoch counts with what it reached.
 *
 * @param curve losses by epoch, smaller is better
 * @param epoch from 1
 * @returns Infinity where no loss is a finite number
 */
export function levelAt(curve: readonly number[], epoch: number): number {
  const byEpoch = levels.get(curve) ?? []
  levels.set(curve, byEpoch)
  return (byEpoch[Math.min(epoch, curve.length)] ??= computeLevel(curve, epoch))
}

function computeLevel(curve: readonly number[], epoch: number): number {
  const finite = curve.slice(0, epoch).filter(Number.isFinite)
  if (finite.length === 0) return Infinity
  if (finite.length < 3) return median([...finite])
  const steady =
    finite.length < MIN_SMOOTHED
      ? finite.slice(2).map((_, i) => median(finite.slice(i, i + 3)))
      : smoothCurve(finite)
  return Math.min(...steady)
}

/** A level in the text of a reason. The single value of a first epoch is not smoothed. */
export function levelText(level: number, epoch: number, direction: Direction): string {
  return Number.isFinite(level)
    ? `${figure(inDirection(level, direction))}${epoch > 1 ? ' smoothed' : ''}`
    : 'no value'
}

/** A loss turned back to the study's direction. */
export function inDirection(loss: number, direction: Direction): number {
  return direction === 'minimize' ? loss : -loss
}

/** Where a worse value lies. */
export function worse(direction: Direction): string {
  return direction === 'minimize' ? 'above' : 'below'
}
