import { factorise } from './cholesky.js'
import { conditionOn } from './gaussian-process.js'
import { matern52 } from './matern.js'
import { median } from './statistics.js'

/** Shorter curves are not smoothed. */
const LEAST_SMOOTHED = 6
/**
 * Fewest epochs of a curve that shows its noise: in a shorter one the bend of its beginning looks
 * like noise. Of learning curves without noise, nine tenths count as quiet with 20 epochs, half
 * with 13, a twentieth with 6.
 */
const MIN_NOISE_EPOCHS = 20
/**
 * Noise below this share of the loss is not smoothed: smoothing would change the curve more than
 * the noise does.
 */
const QUIET = 1e-3
/**
 * Length scale, in natural logarithms of epochs. Under noise of 1% the lowest loss of learning
 * curves of 8, 13, 21, 33 and 52 epochs is off by 1.1%, 1.0%, 1.0%, 0.9% and 0.9%, little more with
 * lengths of 2 or 4; by local parabolas, 1.8%, 1.5%, 1.5%, 0.9% and 1.0%.
 */
const LENGTH = 2.75
/** Prior variance of a curve's level: wide, so that the data decide. */
const LEVEL = 25
/**
 * Bound of a loss in units of the curve's size. Beyond it, double precision would lose the other
 * losses of a curve that exploded.
 */
const FARTHEST = 1e6
/**
 * Share of the epochs so far that form one block: epochs near in logarithmic time differ little.
 */
const TOGETHER = 1 / 32

/**
 * A loss curve without its measurement noise: the posterior mean of a Gaussian process over the
 * logarithm of the epoch, for losses that change by a factor of e. A curve with noise below a
 * thousandth of the loss is returned as it is.
 *
 * @param curve losses by epoch, shape [epochs]
 * @param noise deviation of a loss, as a share of it; by default the curve's own jitter, for one of
 *   `MIN_NOISE_EPOCHS` epochs or about so many
 *
 * Source: Rasmussen & Williams, "Gaussian Processes for Machine Learning", 2006, equation 2.25,
 * with Matérn-5/2 covariance.
 */
export function smoothCurve(curve: readonly number[], noise = jitter(curve)): readonly number[] {
  return new CurveSmoother(noise).smooth(curve)
}

/** The covariance of curves of one length under one noise, factored. */
interface Factor {
  readonly blocks: readonly EpochBlock[]
  /** Noise variance of a block's mean, shape [blocks]. */
  readonly variances: readonly number[]
  /** Shape [blocks, blocks]. */
  readonly L: Float64Array
}

/**
 * `smoothCurve` for many curves with the same noise. Curves of one length share a covariance, so
 * only the first one costs the cube of its length, and a further one its square: 4 µs instead of
 * 60 µs for 52 epochs.
 */
export class CurveSmoother {
  readonly #noise: number
  /** By epochs. */
  readonly #factors = new Map<number, Factor>()

  /** @param noise deviation of a loss, as a share of it */
  constructor(noise: number) {
    this.#noise = noise
  }

  /** Shape [epochs], as `curve`. */
  smooth(curve: readonly number[]): readonly number[] {
    if (curve.length < LEAST_SMOOTHED || this.#noise < QUIET) return curve
    const { units, backward } = smoothingUnits(curve)
    const middle = median(units)
    const { blocks, variances, L } = this.#factor(curve.length)
    const y = new Float64Array(blocks.length)
    blocks.forEach(({ from, to }, i) => {
      let sum = 0
      for (let t = from - 1; t < to; t++) sum = sum + units[t]! - middle
      y[i] = sum / (to - from + 1)
    })
    const { alpha } = conditionOn(L, y)
    const smooth = new Array<number>(curve.length)
    // The posterior mean at the observations is y − t² K⁻¹ y.
    blocks.forEach(({ from, to }, i) =>
      smooth.fill(backward(middle + y[i]! - variances[i]! * alpha[i]!), from - 1, to),
    )
    return smooth
  }

  #factor(epochs: number): Factor {
    const factor = this.#factors.get(epochs) ?? factored(epochs, this.#noise)
    this.#factors.set(epochs, factor)
    return factor
  }
}

function factored(epochs: number, noise: number): Factor {
  const blocks = epochBlocks(epochs)
  const times = blocks.map(({ from, to }) => Math.log((from + to) / 2))
  const variances = blocks.map(({ from, to }) => Math.min(noise, 1) ** 2 / (to - from + 1))
  const n = blocks.length
  const K = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) K[i * n + j] = LEVEL + matern52((times[i]! - times[j]!) / LENGTH)
    K[i * n + i]! += variances[i]!
  }
  // Positive definite: noise below QUIET is not smoothed.
  factorise(K, n)
  return { blocks, variances, L: K }
}

/**
 * The noise of a study's losses, as a share of themselves: the jitter of the middle one of its long
 * curves; 0 if it is below `QUIET`, or no curve is long.
 */
export function studyNoise(curves: readonly (readonly number[])[]): number {
  const jitters = curves.filter(({ length }) => length >= MIN_NOISE_EPOCHS).map(jitter)
  const noise = jitters.length > 0 ? median(jitters) : 0
  return noise < QUIET ? 0 : noise
}

/**
 * Deviation of one loss about its neighbors, as a share of the losses' size; white noise of
 * deviation σ gives σ. From fourth differences, in which the bend of a curve nearly vanishes.
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
interface EpochBlock {
  readonly from: number
  readonly to: number
}

function epochBlocks(epochs: number): EpochBlock[] {
  const blocks = []
  for (let from = 1; from <= epochs;) {
    const to = Math.min(epochs, from + Math.max(1, Math.floor(from * TOGETHER)) - 1)
    blocks.push({ from, to })
    from = to + 1
  }
  return blocks
}
