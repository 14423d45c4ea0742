import { dot } from '../../math/cholesky.js'
import { matern52, ROOT5 } from '../../math/matern.js'
import type { Prediction } from '../gaussian-process/acquisition.js'
import { distancesTo, foldFinals, type Joint } from './joint.js'

const LEAST_VARIANCE = 1e-10

/** Prediction of g at encoded configurations. */
export function finalPrediction(joint: Joint): Prediction {
  const { weights, precision } = foldFinals(joint)
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
          const derivative =
            common * (point[c]! - x[i * columns + c]!) * inverseLength[c]! * inverseLength[c]!
          byMean[c]! += derivative * weights[i]!
          byVariance[c]! -= 2 * derivative * explaining[i]!
        }
      }
    }
    return {
      mean: dot(k, 0, weights, 0, n),
      variance: Math.max(LEAST_VARIANCE, amplitude - dot(explaining, 0, k, 0, n)),
    }
  }
}
