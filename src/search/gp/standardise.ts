import { median, quantile } from '../../math/statistics.js'

/** A monotone map from losses to what a Gaussian process takes for normal: mean 0, standard deviation 1. */
export interface Standard {
  readonly forward: (loss: number) => number
  /** The other way; finite for any finite z. */
  readonly backward: (z: number) => number
}

/** Twenty spreads above the median, losses are equally bad: log1p(20). */
const CEILING = Math.log1p(20)
const LARGEST = 1e308

/**
 * Learns the map from the losses themselves.
 *
 * Below the median it is linear: that is where the best is to be found, and its shape is kept. Above it is
 * logarithmic and ends at a ceiling, so that a run that exploded to 1e30 says "bad" and does not flatten all that
 * is good into one value. The unit is the spread of the better half, which no explosion can move.
 *
 * @param losses at least one; finite, of any size
 */
export function standardOf(losses: readonly number[]): Standard {
  // Of halves, neither a sum nor a difference can overflow.
  const halves = losses.map(loss => loss / 2)
  const middle = median(halves)
  const least = Math.min(...halves)
  // One loss far below all others would otherwise be measured in a unit of no size.
  const better = Math.max(middle - quantile(halves, 0.1), (middle - least) / 50)
  const spread = better || Math.max(...halves) - middle || 1
  const bend = (loss: number) => {
    const t = (loss / 2 - middle) / spread
    return t > 0 ? Math.min(Math.log1p(t), CEILING) : t
  }
  const bent = losses.map(bend)
  const mean = bent.reduce((sum, t) => sum + t, 0) / bent.length
  const deviation = Math.sqrt(bent.reduce((sum, t) => sum + (t - mean) ** 2, 0) / bent.length) || 1
  return {
    forward: loss => (bend(loss) - mean) / deviation,
    backward: z => {
      const t = z * deviation + mean
      const half = middle + spread * (t > 0 ? Math.expm1(Math.min(t, CEILING)) : t)
      return Math.max(-LARGEST, Math.min(LARGEST, 2 * half)) + 0
    },
  }
}
