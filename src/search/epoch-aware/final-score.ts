import { dot } from '../../math/cholesky.js'
import { matern52, ROOT5 } from '../../math/matern.js'
import type { Score } from '../gaussian-process/maximize.js'
import {
  logExpectedImprovement,
  logExpectedImprovementGradient,
} from '../gaussian-process/log-expected-improvement.js'
import { distancesTo, finalsOf, type Joint } from './joint.js'

const LEAST_VARIANCE = 1e-10

/** What the model expects a configuration to come to, and its slopes where they are asked for. */
export type FinalPrediction = (
  point: Float64Array,
  byMean?: Float64Array,
  byVariance?: Float64Array,
) => { mean: number; variance: number }

/** Prediction of g at encoded configurations. */
export function finalPrediction(joint: Joint): FinalPrediction {
  const { weights, precision } = finalsOf(joint)
  const { x, trials: n } = joint.readings
  const { final: amplitude, inverseLength } = joint.parameters
  const columns = inverseLength.length
  const explaining = new Float64Array(n)
  return (point, byMean, byVariance) => {
    const distances = distancesTo(x, n, point, inverseLength)
    const k = distances.map(rho => amplitude * matern52(rho))
    for (let i = 0; i < n; i++) explaining[i] = dot(precision, i * n, k, 0, n)
    if (byMean && byVariance) {
      byMean.fill(0)
      byVariance.fill(0)
      for (let i = 0; i < n; i++) {
        const common =
          -amplitude * (5 / 3) * (1 + ROOT5 * distances[i]!) * Math.exp(-ROOT5 * distances[i]!)
        for (let c = 0; c < columns; c++) {
          const slope =
            common * (point[c]! - x[i * columns + c]!) * inverseLength[c]! * inverseLength[c]!
          byMean[c]! += slope * weights[i]!
          byVariance[c]! -= 2 * slope * explaining[i]!
        }
      }
    }
    return {
      mean: dot(k, 0, weights, 0, n),
      variance: Math.max(LEAST_VARIANCE, amplitude - dot(explaining, 0, k, 0, n)),
    }
  }
}

/** Log expected improvement of what a new configuration comes to over `best`. */
export function finalScore(predict: FinalPrediction, columns: number, best: number): Score {
  const byMean = new Float64Array(columns)
  const byVariance = new Float64Array(columns)
  return (point, gradient) => {
    const { mean, variance } = gradient ? predict(point, byMean, byVariance) : predict(point)
    const deviation = Math.sqrt(variance)
    if (gradient) {
      const slope = logExpectedImprovementGradient(mean, deviation, best)
      const byDeviation = variance > LEAST_VARIANCE ? slope.byDeviation / (2 * deviation) : 0
      for (let c = 0; c < columns; c++)
        gradient[c] = slope.byMean * byMean[c]! + byDeviation * byVariance[c]!
    }
    return logExpectedImprovement(mean, deviation, best)
  }
}
