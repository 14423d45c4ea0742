import { filterTrend, smoothTrend, type Filtered } from './local-trend.js'

/** One model of the curve, and its posterior weight. */
export interface Component {
  readonly weight: number
  readonly filtered: Filtered
}

export interface CurveFit {
  /** Models with a weight that matters; the weights sum to 1. */
  readonly components: readonly Component[]
  /** The loss without its noise at each epoch, in nats, and its standard error. */
  readonly smooth: readonly number[]
  readonly error: readonly number[]
  /** Standard deviation of the noise, as a share of the loss. */
  readonly noise: number
}

// A grid instead of a search: the fit averages over pace and noise, and a few points on a log scale
// are as good as many. The paces reach from a curve that hardly moves to one
// that changes sevenfold over a few epochs, the noises from evaluation on a large set to evaluation
// on a handful.
const PACES = [0.02, 0.05, 0.12, 0.3, 0.8, 2]
const NOISES = [0.0003, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.04]
/** Models with a smaller weight do not change any result. */
const NEGLIGIBLE = 0.01

/**
 * Separates a curve from its noise: the local trend of the log loss, averaged over the pace of the
 * curve and its noise, weighted by how well each predicted the epochs so far.
 *
 * Not `smoothCurve` of src/math: a forecast needs the slope at the last epoch and its variance, and
 * an estimate of the noise from the fourth epoch on. `smoothCurve` has the level alone, under one
 * noise for all curves of a study, so that trials compare.
 *
 * @param loss validation losses of epochs 1, 2, …, in nats; at least one, all positive and finite
 */
export function fitCurve(loss: readonly number[]): CurveFit {
  const y = Float64Array.from(loss, Math.log)
  const all = PACES.flatMap(pace => NOISES.map(noise => filterTrend({ pace, noise }, y, false)))
  const likeliest = Math.max(...all.map(({ logLikelihood }) => logLikelihood))
  const plausible = weigh(
    all.map(filtered => ({ filtered, weight: Math.exp(filtered.logLikelihood - likeliest) })),
  )
  const components = weigh(plausible.filter(({ weight }) => weight > NEGLIGIBLE)).map(
    ({ weight, filtered }) => ({ weight, filtered: filterTrend(filtered.trend, y, true) }),
  )

  const mean = new Float64Array(y.length)
  const square = new Float64Array(y.length)
  for (const { weight, filtered } of components) {
    const smoothed = smoothTrend(filtered)
    smoothed.mean.forEach((value, t) => {
      mean[t]! += weight * value
      square[t]! += weight * (value * value + smoothed.variance[t]!)
    })
  }
  const smooth = Array.from(mean, Math.exp)
  const error = smooth.map((value, t) => value * Math.sqrt(Math.max(square[t]! - mean[t]! ** 2, 0)))
  return {
    components,
    smooth,
    error,
    noise: components.reduce((sum, { weight, filtered }) => sum + weight * filtered.trend.noise, 0),
  }
}

function weigh(components: readonly Component[]): Component[] {
  const total = components.reduce((sum, { weight }) => sum + weight, 0)
  return components.map(component => ({ ...component, weight: component.weight / total }))
}
