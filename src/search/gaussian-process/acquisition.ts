import {
  logExpectedImprovement,
  logExpectedImprovementGradient,
} from './log-expected-improvement.js'
import type { Score } from './maximize.js'
import { screeningRows } from './model.js'
import type { PriorMean } from './prior-mean.js'
import { predict, predictWithGradient, screen, type Process } from './process.js'

/** A smaller variance counts as this one, so that its logarithm is finite. */
const MIN_VARIANCE = 1e-10

/**
 * Predicts a loss at an encoded point. The derivatives by its columns, shape [columns], are written
 * if they are passed.
 */
export type Prediction = (
  point: Float64Array,
  meanGradient?: Float64Array,
  varianceGradient?: Float64Array,
) => { readonly mean: number; readonly variance: number }

/** Log expected improvement over `best` of what a model predicts. */
export function improvementScore(prediction: Prediction, columns: number, best: number): Score {
  const meanGradient = new Float64Array(columns)
  const varianceGradient = new Float64Array(columns)
  return (point, gradient) => {
    const { mean, variance } = gradient
      ? prediction(point, meanGradient, varianceGradient)
      : prediction(point)
    const deviation = Math.sqrt(Math.max(variance, MIN_VARIANCE))
    if (gradient) {
      const derivatives = logExpectedImprovementGradient(mean, deviation, best)
      const byVariance = variance > MIN_VARIANCE ? derivatives.byDeviation / (2 * deviation) : 0
      for (let c = 0; c < columns; c++)
        gradient[c] = derivatives.byMean * meanGradient[c]! + byVariance * varianceGradient[c]!
    }
    return logExpectedImprovement(mean, deviation, best)
  }
}

/** As `improvementScore`, of a process with a prior mean; scores of many points are screened. */
export function expectedImprovementScore(model: Process, best: number, prior: PriorMean): Score {
  const { columns } = model.data
  const prediction: Prediction = (point, meanGradient, varianceGradient) => {
    const { mean, variance } =
      meanGradient && varianceGradient
        ? predictWithGradient(model, point, meanGradient, varianceGradient)
        : predict(model, point)
    return { mean: mean + prior(point, meanGradient), variance }
  }
  const screened = (points: Float64Array, count: number) => {
    const { mean, most, exactVariance } = screen(model, points, count, screeningRows(model.data.n))
    const means = mean.map(
      (value, i) => value + prior(points.subarray(i * columns, (i + 1) * columns)),
    )
    const scoreAt = (i: number, variance: number) =>
      logExpectedImprovement(means[i]!, Math.sqrt(Math.max(variance, MIN_VARIANCE)), best)
    return {
      bounds: most.map((variance, i) => scoreAt(i, variance)),
      exactScore: (i: number) => scoreAt(i, exactVariance(i)),
    }
  }
  return Object.assign(improvementScore(prediction, columns, best), { screened })
}
