import { posterior } from './gaussian-process.js'
import { matern52 } from './matern.js'
import { median } from './statistics.js'

/** Shorter curves are left as they are. */
const LEAST_SMOOTHED = 6
/**
 * Epochs of a curve that tells of its noise: in a shorter one the bend that it begins with looks
 * like noise. Of learning curves without any, nine tenths are taken for quiet with 20 epochs, half
 * with 13, a twentieth with 6.
 */
const MIN_NOISE_EPOCHS = 20
/**
 * Below this share of itself from epoch to epoch, a loss is taken as it is: smoothing would bend
 * more than it mends.
 */
const QUIET = 1e-3
/**
 * In natural logarithms of epochs, as curves bend. Under noise of 1% the lowest loss of learning
 * curves of 8, 13, 21, 33 and 52 epochs is off by 1.1%, 1.0%, 1.0%, 0.9% and 0.9%, little more with
 * lengths of 2 or 4; by local parabolas, 1.8%, 1.5%, 1.5%, 0.9% and 1.0%.
 */
const LENGTH = 2.75
/** Variance of a curve's level: as good as unknown. */
const LEVEL = 25
/**
 * In sizes: a loss beyond, of a curve that exploded, would leave nothing of the others in double
 * precision.
 */
const FARTHEST = 1e6
/**
 * Of the epochs passed, how many are taken together: what is near in logarithmic time tells the
 * same.
 */
const TOGETHER = 1 / 32
/**
 * A loss curve without its measurement noise: what a Gaussian process over the logarithm of the
 * epoch makes of it, which expects losses to change by a factor of e and is told of their noise.
 * Where that is below a thousandth of the loss the curve comes back as it was.
 *
 * @param curve losses by epoch, shape [epochs]
 * @param noise deviation of a loss, as a share of it; by default the curve's own jitter, for one of
 *   `MIN_NOISE_EPOCHS` epochs or about so many
 *
 * Source: Rasmussen & Williams, "Gaussian Processes for Machine Learning", 2006, equation 2.25,
 * with Matérn-5/2 covariance.
 */
export function smoothCurve(curve: readonly number[], noise = jitter(curve)): readonly number[] {
  if (curve.length < LEAST_SMOOTHED || noise < QUIET) return curve
  const { units, backward } = smoothingUnits(curve)
  const middle = median(units)
  const blocks = epochBlocks(curve.length)
  const times = blocks.map(({ from, to }) => Math.log((from + to) / 2))
  const y = Float64Array.from(
    blocks,
    ({ from, to }) =>
      units.slice(from - 1, to).reduce((sum, value) => sum + value - middle, 0) / (to - from + 1),
  )
  const variances = blocks.map(({ from, to }) => Math.min(noise, 1) ** 2 / (to - from + 1))
  const n = blocks.length
  const K = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) K[i * n + j] = LEVEL + matern52((times[i]! - times[j]!) / LENGTH)
    K[i * n + i]! += variances[i]!
  }
  const { alpha } = posterior(K, y)!
  // The posterior mean at the observations is y − t² K⁻¹ y.
  return blocks.flatMap(({ from, to }, i) =>
    new Array<number>(to - from + 1).fill(backward(middle + y[i]! - variances[i]! * alpha[i]!)),
  )
}

/**
 * The noise of a study's losses, as a share of themselves: the jitter of the middle one of its long
 * curves; 0 where that is nothing to speak of, or none is long.
 */
export function studyNoise(curves: readonly (readonly number[])[]): number {
  const jitters = curves.filter(({ length }) => length >= MIN_NOISE_EPOCHS).map(jitter)
  const noise = jitters.length > 0 ? median(jitters) : 0
  return noise < QUIET ? 0 : noise
}

/**
 * Deviation of one loss about its neighbours, as a share of the losses' size; white noise of
 * deviation σ gives σ. From fourth differences, in which the bend of a curve has all but vanished.
 */
export function jitter(curve: readonly number[]): number {
  const shares = relativeLosses(curve)
  const fourth = shares
    .slice(4)
    .map((loss, i) =>
      Math.abs(loss - 4 * shares[i + 3]! + 6 * shares[i + 2]! - 4 * shares[i + 1]! + shares[i]!),
    )
  return fourth.length === 0 ? 0 : (median(fourth) * 1.4826) / Math.sqrt(70)
}

/**
 * The median of the absolute values, by which losses of any sign are compared; 1 where that is 0.
 */
export function curveSize(curve: readonly number[]): number {
  return median(curve.map(Math.abs)) || 1
}

function relativeLosses(curve: readonly number[]): number[] {
  const size = curveSize(curve)
  return curve.map(loss => within(FARTHEST, loss / size))
}

/** Positive losses change in proportion; others are measured in their size. */
function smoothingUnits(curve: readonly number[]): {
  readonly units: readonly number[]
  readonly backward: (value: number) => number
} {
  if (curve.every(loss => loss > 0))
    return {
      units: curve.map(Math.log),
      backward: value => within(Number.MAX_VALUE, Math.exp(value)),
    }
  const size = curveSize(curve)
  return { units: relativeLosses(curve), backward: value => within(Number.MAX_VALUE, value * size) }
}

function within(bound: number, value: number): number {
  return Math.max(-bound, Math.min(bound, value))
}

/** Epochs from 1 that are taken together, both ends included. */
function epochBlocks(epochs: number): { readonly from: number; readonly to: number }[] {
  const blocks = []
  for (let from = 1; from <= epochs;) {
    const to = Math.min(epochs, from + Math.max(1, Math.floor(from * TOGETHER)) - 1)
    blocks.push({ from, to })
    from = to + 1
  }
  return blocks
}
