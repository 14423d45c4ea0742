import { CurveSmoother, curveSize } from '../math/curve-smoother.js'

/**
 * Deviation of a smoothed curve's lowest loss, in jitters: successive epochs share some of their
 * noise. A Gaussian process that takes its own noise for no less has a regret of 0.47 and 0.32
 * after a third and a half of the budget, else of 0.58 and 0.38 (two parameters, noise of 1%, 320
 * runs); with 0.5 and with 1.0 of it, 0.54 and 0.33.
 */
const READING_ERROR = 0.7

/** A trial's loss, read off its curve. */
export interface Reading {
  readonly loss: number
  /** The epoch that has this loss, from 1. */
  readonly epoch: number
  /** Deviation of the loss from what it would be without noise. */
  readonly noise: number
}

/**
 * Reads each trial's loss off its curve, smoothed where the study is noisy.
 *
 * @param curves none empty
 * @param share the study's noise, from `studyNoise`
 * @param score whether a trial counts by its lowest loss or by its last
 */
export function smoothedReadings(
  curves: readonly (readonly number[])[],
  share: number,
  score: 'best' | 'last' = 'best',
): readonly Reading[] {
  const smoother = new CurveSmoother(share)
  return curves.map(curve => {
    const losses = smoother.smooth(curve)
    const loss =
      score === 'last' ? losses.at(-1)! : losses.reduce((least, loss) => Math.min(least, loss))
    return {
      loss,
      epoch: losses.indexOf(loss) + 1,
      noise: READING_ERROR * share * (curve.every(loss => loss > 0) ? loss : curveSize(curve)),
    }
  })
}
