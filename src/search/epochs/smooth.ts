import { median } from '../../math/statistics.js'

/** Epochs on either side that a smoothed value is drawn from. */
const REACH = 7
/** Below this share of itself from epoch to epoch, a loss is taken as it is: smoothing would bend more than it mends. */
const QUIET = 1e-3

/**
 * A loss curve without its measurement noise: a line fitted locally, so that neither a slope nor the curve's end biases it. A curve whose
 * jitter is below a thousandth of the loss comes back as it was.
 *
 * @param curve losses by epoch, shape [epochs]
 *
 * Source: Cleveland, "Robust locally weighted regression and smoothing scatterplots", JASA 1979, without the robustness.
 */
export function smooth(curve: readonly number[]): readonly number[] {
  if (curve.length < 6 || jitter(curve) < QUIET) return curve
  return curve.map((_, at) => localLine(curve, at))
}

/**
 * Deviation of one loss about its neighbours, as a share of the losses' size; white noise of deviation σ gives σ. From fourth differences, in which the
 * bend of a curve has all but vanished.
 */
export function jitter(curve: readonly number[]): number {
  const fourth = curve.slice(4).map((loss, i) => Math.abs(loss - 4 * curve[i + 3]! + 6 * curve[i + 2]! - 4 * curve[i + 1]! + curve[i]!))
  const size = median(curve.map(Math.abs)) || 1
  return fourth.length === 0 ? 0 : (median(fourth) * 1.4826) / Math.sqrt(70) / size
}

function localLine(curve: readonly number[], at: number): number {
  let [s0, s1, s2, t0, t1] = [0, 0, 0, 0, 0]
  for (let i = Math.max(0, at - REACH); i <= Math.min(curve.length - 1, at + REACH); i++) {
    const d = i - at
    const weight = (1 - Math.abs(d / (REACH + 1)) ** 3) ** 3
    s0 += weight
    s1 += weight * d
    s2 += weight * d * d
    t0 += weight * curve[i]!
    t1 += weight * d * curve[i]!
  }
  return (s2 * t0 - s1 * t1) / (s0 * s2 - s1 * s1)
}
