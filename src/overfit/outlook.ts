import { keyedUniform, type Uniform } from '../math/random.js'
import { median } from '../math/statistics.js'
import type { CurveFit } from './curve-fit.js'
import { trendStep } from './local-trend.js'
import { curveOutline, curveShape, type Shape } from './shape.js'

/** Forecast of the remaining epochs. */
export interface Outlook {
  /** How likely each shape is for the whole curve, run to the end of its budget. */
  readonly probability: Readonly<Record<Shape, number>>
  /**
   * Value of continuing if training stops at the best moment, in units of the budget: gain in
   * shares of the drop times `EXCHANGE`, less the share of the budget that it costs.
   */
  readonly value: number
  /** Expected fall of the lowest loss by the end of the budget, in nats. */
  readonly gain: number
  /**
   * How far above its minimum the loss is likely to end, in nats: the median of all futures.
   */
  readonly rise: number
}

/**
 * 1% of the drop is worth 10% of the epochs: an epoch costs time once, a worse model costs always.
 */
export const EXCHANGE = 10
const PATHS = 96
/** Maximum epochs at which a future is evaluated; of more epochs, an even subset. */
const MAX_POINTS = 64

/**
 * Draws futures of a curve from its fit, and averages their shapes and the value of continuing.
 *
 * Each future starts at the mean of the present level: its error shrinks with each further epoch
 * and is no possible gain. The same curve always has the same outlook: the draws are keyed by their
 * number alone.
 *
 * @param budget epochs that may run in all
 * @param start loss before the first epoch, in nats; null when unknown
 */
export function curveOutlook(
  { components, smooth }: CurveFit,
  budget: number,
  start: number | null,
): Outlook {
  const n = smooth.length
  const best = Math.min(...smooth)
  const ahead = futureEpochs(n, budget)
  const steps = ahead.map((epoch, i) => scaled(trendStep(i === 0 ? n : ahead[i - 1]!, epoch)))
  const past = subsample(smooth, (budget - n) / ahead.length, best)
  const curve = Float64Array.from([...past, ...ahead])
  const probability = { 'still-improving': 0, plateau: 0, overfit: 0, diverged: 0 }
  let value = 0
  let gain = 0
  const rises: number[] = []
  let component = 0
  let covered = components[0]!.weight
  for (let path = 0; path < PATHS; path++) {
    while ((path + 0.5) / PATHS > covered && component < components.length - 1)
      covered += components[++component]!.weight
    const { trend, last } = components[component]!.filtered
    const normal = normalDraws(path, 2 * ahead.length + 1)
    const residual =
      last.slopeVariance - (last.covariance * last.covariance) / Math.max(last.levelVariance, 1e-14)
    let level = Math.log(smooth[n - 1]!)
    let slope = last.slope + Math.sqrt(Math.max(residual, 0)) * normal[0]!
    steps.forEach(({ keep, carry, slopeBySlope, levelBySlope, levelAlone }, i) => {
      const shock = normal[2 * i + 1]!
      level += carry * slope + trend.pace * (levelBySlope * shock + levelAlone * normal[2 * i + 2]!)
      slope = keep * slope + trend.pace * slopeBySlope * shock
      curve[past.length + i] = Math.exp(level)
    })
    const { drop, lowest } = curveOutline(curve)
    let minimum = best
    let pathValue = 0
    for (let i = 0; i < ahead.length; i++) {
      minimum = Math.min(minimum, curve[past.length + i]!)
      pathValue = Math.max(
        pathValue,
        (EXCHANGE * (best - minimum)) / drop - (ahead[i]! - n) / budget,
      )
    }
    probability[curveShape(curve, start)] += 1 / PATHS
    value += pathValue / PATHS
    gain += (best - curve[lowest]!) / PATHS
    rises.push(curve.at(-1)! - curve[lowest]!)
  }
  return { probability, value, gain, rise: median(rises) }
}

/** Future epochs at which a path is evaluated, the last of the budget included. */
function futureEpochs(n: number, budget: number): number[] {
  const remaining = budget - n
  const count = Math.min(remaining, MAX_POINTS)
  return Array.from({ length: count }, (_, i) => n + Math.round(((i + 1) * remaining) / count))
}

/**
 * The past at the spacing of the future, with its first, best and last epochs: shapes depend on
 * shares of the curve's length.
 */
function subsample(past: readonly number[], spacing: number, best: number): number[] {
  const every = Math.max(1, Math.round(spacing))
  return past.filter((loss, t) => t === 0 || loss === best || (past.length - 1 - t) % every === 0)
}

function scaled({ keep, carry, level, cross, slope }: ReturnType<typeof trendStep>) {
  const slopeBySlope = Math.sqrt(slope)
  const levelBySlope = slopeBySlope > 0 ? cross / slopeBySlope : 0
  return {
    keep,
    carry,
    slopeBySlope,
    levelBySlope,
    levelAlone: Math.sqrt(Math.max(level - levelBySlope * levelBySlope, 0)),
  }
}

/**
 * Probability of each shape for a finished curve, given the errors of its fit.
 *
 * Errors of neighboring epochs correlate strongly.
 */
export function hindsight(
  { smooth, error }: CurveFit,
  start: number | null,
): Outlook['probability'] {
  const probability = { 'still-improving': 0, plateau: 0, overfit: 0, diverged: 0 }
  for (let path = 0; path < PATHS; path++) {
    const normal = normalDraws(path, smooth.length)
    let deviation = normal[0]!
    const drawn = smooth.map((loss, t) => {
      if (t > 0) deviation = 0.8 * deviation + 0.6 * normal[t]!
      return Math.max(loss + error[t]! * deviation, loss * 1e-3)
    })
    probability[curveShape(drawn, start)] += 1 / PATHS
  }
  return probability
}

const streams: { readonly uniform: Uniform; readonly drawn: number[] }[] = []

/** The first `count` or more standard normal draws of one path; always the same ones. */
function normalDraws(path: number, count: number): readonly number[] {
  const stream = (streams[path] ??= { uniform: keyedUniform([path]), drawn: [] })
  while (stream.drawn.length < count) {
    // Box–Muller.
    const radius = Math.sqrt(-2 * Math.log(1 - stream.uniform()))
    const angle = 2 * Math.PI * stream.uniform()
    stream.drawn.push(radius * Math.cos(angle), radius * Math.sin(angle))
  }
  return stream.drawn
}
