import type { VerdictKind } from '../record/verdict.js'

export type Shape = Exclude<VerdictKind, 'too-early'>

export interface Outline {
  /** From 0. */
  readonly lowest: number
  /**
   * Fall of the loss in nats after the first epoch, but at least a twentieth of the loss. The fall
   * within the first epoch does not count: it may be ten times as large, and would make every later
   * rise look small.
   */
  readonly drop: number
  /** Mean loss of the last epochs, in nats. */
  readonly tail: number
}

/**
 * Smallest drop as a share of the loss: changes are measured relative to the drop.
 */
const MIN_DROP = 0.05

/**
 * The shape of a curve, judged at its end.
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
export function curveShape(loss: ArrayLike<number>, start: number | null = null): Shape {
  const n = loss.length
  const began = start ?? loss[0]!
  const { lowest, drop, tail } = curveOutline(loss)
  const least = loss[lowest]!
  if (tail > began && began - least < 0.1 * least) return 'diverged'
  const end = n - span(n)
  if (tail - least >= 0.08 * drop && tail >= 1.01 * least && lowest < end) return 'overfit'
  const lately = loss[Math.max(0, n - 1 - Math.max(1, Math.round(0.2 * n)))]! - loss[n - 1]!
  return lowest >= end && lately >= 0.04 * drop ? 'still-improving' : 'plateau'
}

export function curveOutline(loss: ArrayLike<number>): Outline {
  const n = loss.length
  let lowest = 0
  for (let i = 1; i < n; i++) if (loss[i]! < loss[lowest]!) lowest = i
  const last = span(n)
  let tail = 0
  for (let i = n - last; i < n; i++) tail += loss[i]! / last
  return { lowest, drop: Math.max(loss[0]! - loss[lowest]!, MIN_DROP * loss[lowest]!), tail }
}

/** Epochs that count as the end of a curve of n: one in eighteen, at least one. */
function span(n: number): number {
  return Math.max(1, Math.round(n / 18))
}
