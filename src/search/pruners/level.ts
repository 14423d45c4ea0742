import { median } from '../../math/statistics.js'
import type { Direction } from '../../record/study.js'
import { smoothCurve } from '../../math/curve-smoother.js'
import { figure } from '../../util/figure.js'

/** Epochs from which on a curve tells its noise from the bend it begins with. */
const LONG = 15

/**
 * What a curve had come to by an epoch: its lowest value, from the second epoch on never a raw one.
 * A long curve is smoothed; of a shorter one the medians of three epochs in a row are taken, which
 * a single lucky epoch cannot move and which lag by one epoch, alike for all trials.
 *
 * Nothing after the epoch is looked at. A curve that ended before it stands for what it had come
 * to.
 *
 * @param curve losses by epoch, smaller is better
 * @param epoch from 1
 * @returns Infinity where no loss is a finite number
 */
export function levelAt(curve: readonly number[], epoch: number): number {
  const known = curve.slice(0, epoch).filter(Number.isFinite)
  if (known.length === 0) return Infinity
  if (known.length < 3) return median([...known])
  const steady =
    known.length < LONG
      ? known.slice(2).map((_, i) => median(known.slice(i, i + 3)))
      : smoothCurve(known)
  return Math.min(...steady)
}

/** A level as it is told: the single value of a first epoch is none that could be smoothed. */
export function levelWords(level: number, epoch: number, direction: Direction): string {
  return Number.isFinite(level)
    ? `${figure(direction === 'minimize' ? level : -level)}${epoch > 1 ? ' smoothed' : ''}`
    : 'no value'
}
