import { quantile } from '../math/statistics.js'

/**
 * Where to cut a picture so that one bad trial does not press all others into a line: Tukey's outer
 * fence, the third quartile and three times the spread of the middle half above it.
 *
 * @returns null when nothing lies beyond the fence
 *
 * Source: J. W. Tukey, "Exploratory Data Analysis" (1977), section 2D.
 */
export function outlierFence(values: readonly number[]): number | null {
  if (values.length < 4) return null
  const sorted = [...values]
  const third = quantile(sorted, 0.75)
  const fence = third + 3 * (third - quantile(sorted, 0.25))
  return values.some(value => value > fence) ? fence : null
}
