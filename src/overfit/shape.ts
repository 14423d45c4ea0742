import type { VerdictKind } from '../record/verdict.js'

export type Shape = Exclude<VerdictKind, 'too-early'>

export interface Outline {
  /** From 0. */
  readonly lowest: number
  /**
   * What training has gained in nats since the first epoch, but at least a twentieth of the loss.
   * What the first epoch itself gains is left out: it may be ten times the rest, and nobody would
   * call a rise of a third of the loss small because of it.
   */
  readonly drop: number
  /** Mean loss of the last epochs, in nats. */
  readonly tail: number
}

/**
 * A curve that gains less than this share of its loss is measured against this share: the gain of
 * nothing is no yardstick.
 */
const LEAST_DROP = 0.05

/**
 * What a whole curve is, seen from its end.
 *
 * - diverged: it ends above where it began, and never got 10% below that;
 * - overfit: it ends above its lowest by 8% of the drop and by 1% of the loss, the lowest some
 * epochs back;
 * - still-improving: its lowest is at the end, and the last fifth of the epochs brought 4% of the
 * drop or more;
 * - plateau: anything else.
 *
 * @param loss losses of all epochs, in nats, without noise
 * @param start loss before the first epoch; null when unknown, then the first epoch's
 */
export function shapeOf(loss: ArrayLike<number>, start: number | null = null): Shape {
  const n = loss.length
  const began = start ?? loss[0]!
  const { lowest, drop, tail } = outlineOf(loss)
  const least = loss[lowest]!
  if (tail > began && began - least < 0.1 * least) return 'diverged'
  const end = n - span(n)
  if (tail - least >= 0.08 * drop && tail >= 1.01 * least && lowest < end) return 'overfit'
  const lately = loss[Math.max(0, n - 1 - Math.max(1, Math.round(0.2 * n)))]! - loss[n - 1]!
  return lowest >= end && lately >= 0.04 * drop ? 'still-improving' : 'plateau'
}

export function outlineOf(loss: ArrayLike<number>): Outline {
  const n = loss.length
  let lowest = 0
  for (let i = 1; i < n; i++) if (loss[i]! < loss[lowest]!) lowest = i
  const last = span(n)
  let tail = 0
  for (let i = n - last; i < n; i++) tail += loss[i]! / last
  return { lowest, drop: Math.max(loss[0]! - loss[lowest]!, LEAST_DROP * loss[lowest]!), tail }
}

/** Epochs that count as the end of a curve of n: one in eighteen, at least one. */
function span(n: number): number {
  return Math.max(1, Math.round(n / 18))
}
