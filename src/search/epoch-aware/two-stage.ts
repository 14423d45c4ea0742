import { cdf, density } from '../../math/normal.js'
import type { CurvePosterior } from './curve-posterior.js'

export interface Stage {
  /** Index of the stage to train to. */
  readonly stage: number
  /** Gain an epoch at which training to that stage, and on only if it still pays, breaks even. */
  readonly price: number
}

/**
 * Normal abscissae and weights; the trapezoid rule is exact to eight digits for a normal integrand.
 */
const NODES = Array.from({ length: 25 }, (_, i) => -4.8 + 0.4 * i)
const WEIGHTS = NODES.map(z => 0.4 * density(z))

/**
 * The two-stage index of a trial, new or paused: the highest price per epoch at which "train to
 * stage s, look, then finish only if that still pays" is worth its cost, over all stages s.
 *
 * A trial that would have to be finished blindly is priced EI / cost; the chance to look first, at
 * a stage that says much about the end, makes a long shot cheap and a sure thing no dearer.
 *
 * @param posterior of the standardised loss at the stages, the last epoch last
 * @param costs epochs from now to each stage, ascending, shape [stages]
 * @param best the loss to improve on
 */
export function twoStageIndex(
  { mean, covariance }: CurvePosterior,
  costs: readonly number[],
  best: number,
): Stage {
  const count = costs.length
  const last = count - 1
  const at = (i: number, j: number) => covariance[i * count + j]!
  const finalMean = mean[last]!
  const finalVariance = Math.max(at(last, last), 1e-12)
  let found: Stage = {
    stage: last,
    price: expectedImprovement(finalMean, Math.sqrt(finalVariance), best) / costs[last]!,
  }
  for (let s = 0; s < last; s++) {
    const variance = Math.max(at(s, s), 1e-12)
    const coefficient = at(s, last) / variance
    const conditionalDeviation = Math.sqrt(
      Math.max(finalVariance - coefficient * at(s, last), 1e-12),
    )
    const shifts = NODES.map(z => Math.sqrt(variance) * z)
    const gains = shifts.map(shift =>
      expectedImprovement(finalMean + coefficient * shift, conditionalDeviation, best),
    )
    // What the stage itself has reached counts, even if the trial stays there.
    const stageGains = shifts.map(shift => Math.max(0, best - mean[s]! - shift))
    const price = breakEven(gains, stageGains, costs[s]!, costs[last]! - costs[s]!, found.price)
    if (price > found.price) found = { stage: s, price }
  }
  return found
}

/**
 * The λ at which −λ cost + Σ w max(stageGains, gains − λ costToEnd) = 0, where it is above `floor`;
 * else `floor`.
 */
function breakEven(
  gains: readonly number[],
  stageGains: readonly number[],
  cost: number,
  costToEnd: number,
  floor: number,
): number {
  const value = (price: number) =>
    gains.reduce(
      (sum, gain, i) => sum + WEIGHTS[i]! * Math.max(stageGains[i]!, gain - price * costToEnd),
      -price * cost,
    )
  if (value(floor) <= 0) return floor
  let low = floor
  let high = value(0) / cost
  for (let i = 0; i < 40 && high - low > 1e-6 * high; i++) {
    const middle = (low + high) / 2
    if (value(middle) > 0) low = middle
    else high = middle
  }
  return low
}

function expectedImprovement(mean: number, deviation: number, best: number): number {
  const z = (best - mean) / deviation
  return deviation * (density(z) + z * cdf(z))
}
