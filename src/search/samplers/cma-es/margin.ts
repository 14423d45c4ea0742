import { cdf } from '../../../math/normal.js'
import type { Parameter } from '../../../space/parameter.js'
import { fromUnit } from '../../../space/transform.js'
import { choiceCell } from '../tpe/parzen.js'
import type { Distribution } from './distribution.js'
import type { Strategy } from './strategy.js'

/**
 * By how much each coordinate is stretched, so that an integer's is never narrower than its cell
 * lets it move: of the λ n coordinates of a generation one is expected to leave the cell of the
 * mean by its nearer edge. Without, all points of a generation round to one integer and the search
 * never leaves it again.
 *
 * @returns shape [n]; 1 where nothing is to be done
 *
 * Source: Hamano, Saito, Nomura & Shirakawa, "CMA-ES with margin", GECCO 2022, in a simpler form:
 * the nearer edge alone.
 */
export function integerStretch(
  { n, population }: Strategy,
  { mean, step, covariance }: Distribution,
  parameters: readonly Parameter[],
): Float64Array {
  const reach = upperQuantile(1 / (n * population))
  return Float64Array.from(parameters, (parameter, i) => {
    if (parameter.kind !== 'int') return 1
    const [from, to] = choiceCell(parameter, Number(fromUnit(parameter, mean[i]!)))
    const nearer = Math.min(
      from > 0 ? mean[i]! - from : Infinity,
      to < 1 ? to - mean[i]! : Infinity,
    )
    return Number.isFinite(nearer)
      ? Math.max(1, nearer / (reach * step * Math.sqrt(covariance[i * n + i]!)))
      : 1
  })
}

/** z with P(Z > z) = p, for p up to a half. */
function upperQuantile(p: number): number {
  let [low, high] = [0, 40]
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2
    if (cdf(-middle) > p) low = middle
    else high = middle
  }
  // A single coordinate with two points leaves its cell every other time.
  return Math.max(high, 0.1)
}
