import { RecentValues, bitsKey } from '../../util/recent-values.js'
import { conditionSafely, defaultPriors, fit } from './fit.js'
import type { Data, Process } from './process.js'

/** Parameters are fitted anew for each trial up to so many, then for every eighth more. */
const EVERY_TRIAL = 16

/** Enough for a few studies in one process, each with a few slots. */
const MAX_CACHED = 8

const thetas = new RecentValues<Float64Array>(MAX_CACHED)
const processes = new RecentValues<Process>(MAX_CACHED)

/**
 * Of `count` trials, how many the parameters of a process are fitted to. A fit costs more than all
 * else of a suggestion, and an eighth more trials change lengths and noise little. So most
 * suggestions use the fit of the one before.
 */
export function milestone(count: number): number {
  let reached = Math.min(count, EVERY_TRIAL)
  for (let next = reached; next <= count; next += Math.max(1, Math.floor(next / 8))) reached = next
  return reached
}

/**
 * θ of highest posterior density. A function of its arguments alone; the last few results are
 * cached.
 *
 * @param seed key of the randomness
 */
export function fittedTheta(data: Data, seed: readonly number[]): Float64Array {
  const key = fitKey(data, seed)
  return thetas.get(key) ?? thetas.set(key, fit(data, defaultPriors(data.lengths), seed).theta)
}

/**
 * As `conditionSafely`, from the last process of the same θ: a further trial is a further row, and
 * the bits are the same.
 */
export function conditionedProcess(data: Data, theta: Float64Array): Process {
  const process = conditionSafely(data, theta, processes.get(bitsKey(theta)))
  return processes.set(bitsKey(process.theta), process)
}

/** All that a fit depends on; the lengths come first, so that no two data share a key. */
function fitKey({ X, y, lengthIndex, lengths, minNoise }: Data, seed: readonly number[]): string {
  const sizes = [seed.length, ...seed, lengths, minNoise ?? -1, y.length, lengthIndex.length]
  return [Float64Array.from(sizes), lengthIndex, y, X].map(bitsKey).join('')
}
