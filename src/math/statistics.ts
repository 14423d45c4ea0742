import {
  linearRegression,
  max,
  mean,
  median,
  medianAbsoluteDeviation,
  min,
  quantile,
  sampleStandardDeviation,
  sum,
} from 'simple-statistics'

export { max, mean, median, medianAbsoluteDeviation, min, quantile, sampleStandardDeviation, sum }

export interface Line {
  /** Value at the mean of `x`, where its error does not depend on the slope's. */
  readonly level: number
  readonly levelError: number
  readonly slope: number
  readonly slopeError: number
  /** Mean of `x`. */
  readonly centre: number
  /** Standard deviation about the line, n − 2 degrees of freedom; 0 for two points. */
  readonly scatter: number
}

/**
 * Ordinary least squares with standard errors.
 *
 * @param x n ≥ 2 abscissae, not all equal
 * @param y n ordinates
 * @throws RangeError for fewer than two points
 *
 * Source: Draper & Smith, "Applied Regression Analysis", 3rd ed., section 1.4.
 */
export function fitLine(x: readonly number[], y: readonly number[]): Line {
  if (x.length < 2 || x.length !== y.length)
    throw new RangeError(`a line needs two points or more, got ${x.length} and ${y.length}`)
  const { m, b } = linearRegression(x.map((at, i) => [at, y[i]!]))
  const centre = mean([...x])
  const spread = sum(x.map(at => (at - centre) ** 2))
  const residuals = sum(x.map((at, i) => (y[i]! - (m * at + b)) ** 2))
  const scatter = x.length > 2 ? Math.sqrt(residuals / (x.length - 2)) : 0
  return {
    level: m * centre + b,
    levelError: scatter / Math.sqrt(x.length),
    slope: m,
    slopeError: scatter / Math.sqrt(spread),
    centre,
    scatter,
  }
}

/**
 * Standard deviation of a normal sample from its median absolute deviation; outliers up to half of
 * it do no harm.
 */
export function robustDeviation(values: readonly number[]): number {
  return medianAbsoluteDeviation([...values]) * 1.482602218505602
}
