import { dot, solveLower } from '../../math/cholesky.js'
import { matern52, ROOT5 } from '../../math/matern.js'
import type { Prediction } from '../gaussian-process/acquisition.js'
import { distancesTo, type Joint } from './joint.js'

const MIN_VARIANCE = 1e-10

/** Prediction of g at encoded configurations. */
export function finalPrediction(joint: Joint): Prediction {
  const { coefficients, precision } = foldFinals(joint)
  const { x, trials: n } = joint.readings
  const { final: amplitude, inverseLength } = joint.parameters
  const columns = inverseLength.length
  const explaining = new Float64Array(n)
  return (point, byMean, byVariance) => {
    const distances = distancesTo(x, n, point, inverseLength)
    const kStar = distances.map(rho => amplitude * matern52(rho))
    for (let i = 0; i < n; i++) explaining[i] = dot(precision, i * n, kStar, 0, n)
    if (byMean && byVariance) {
      byMean.fill(0)
      byVariance.fill(0)
      for (let i = 0; i < n; i++) {
        const common =
          -amplitude * (5 / 3) * (1 + ROOT5 * distances[i]!) * Math.exp(-ROOT5 * distances[i]!)
        for (let c = 0; c < columns; c++) {
          const derivative =
            common * (point[c]! - x[i * columns + c]!) * inverseLength[c]! * inverseLength[c]!
          byMean[c]! += derivative * coefficients[i]!
          byVariance[c]! -= 2 * derivative * explaining[i]!
        }
      }
    }
    return {
      mean: dot(kStar, 0, coefficients, 0, n),
      variance: Math.max(MIN_VARIANCE, amplitude - dot(explaining, 0, kStar, 0, n)),
    }
  }
}

/**
 * The readings folded to one number a trial. At a new configuration with kStar = cov(g, g_trials)
 * the mean of g is kStar · coefficients and its variance s_g² − kStar P kStar, at the cost of a
 * process on as many points as there are trials.
 */
interface Finals {
  readonly coefficients: Float64Array
  /** Shape [trials, trials]. */
  readonly precision: Float64Array
}

function foldFinals({ readings, L, alpha }: Joint): Finals {
  const { trials, trial } = readings
  const n = trial.length
  const coefficients = new Float64Array(trials)
  const columns = Array.from({ length: trials }, () => new Float64Array(n))
  for (let i = 0; i < n; i++) {
    coefficients[trial[i]!]! += alpha[i]!
    columns[trial[i]!]![i] = 1
  }
  for (const column of columns) solveLower(L, n, column)
  const precision = new Float64Array(trials * trials)
  for (let i = 0; i < trials; i++) {
    for (let j = 0; j <= i; j++) {
      precision[i * trials + j] = precision[j * trials + i] = dot(columns[i]!, 0, columns[j]!, 0, n)
    }
  }
  return { coefficients, precision }
}
