import { jitter, smoothCurve } from '../math/curve-smoother.js'
import { RecentValues, bitsKey } from '../util/recent-values.js'

/** Fewest epochs of a curve that shows its noise: only then can another than the lowest count. */
export const LONG = 20

/**
 * Candidates beside the lowest measurement. Excess of the true loss at the chosen epoch over the
 * lowest true loss, learning curves of 52 epochs with 1% noise: 0.145% with one, 0.127% with two,
 * 0.120% with three, 0.121% with all epochs.
 */
const CANDIDATES = 3
/** From here on the curve is smoothed again only when this share of its epochs is new. */
const EACH = 64
const SHARE = 1 / 32

/** Losses by epoch, smaller is better, and what decides between equal ones. All finite. */
export interface Measurements {
  readonly costs: readonly number[]
  readonly valLosses: readonly number[]
}

interface Fold extends Measurements {
  /** Indices from 0. */
  readonly lowest: number
  readonly candidates: readonly number[]
}

const START: Fold = { costs: [], valLosses: [], lowest: 0, candidates: [] }
/** Epochs of all cached curves: those of 2,000 trials of 50 epochs, 2 MB. */
const MAX_CACHED_EPOCHS = 100_000

/**
 * The curves used last, by their first loss. A training calls again after each epoch, and a study
 * that compares its trials calls for each of them: only new epochs cost.
 */
const folds = new RecentValues<Fold>(MAX_CACHED_EPOCHS, ({ costs }) => costs.length)

/**
 * The epochs of a curve, at most four, one of which is its best epoch now and later: the lowest
 * measurement, and the three lowest of the smoothed curve, chosen after each epoch among those of
 * the epoch before and the new one. So the checkpoint of each is on disk at any time, and what the
 * last epochs show about earlier ones still counts.
 *
 * A function of the measurements alone; a cached curve counts only if it is a prefix.
 *
 * @param measurements at least one epoch
 * @returns ascending, from 1
 */
export function candidateEpochs(measurements: Measurements): readonly number[] {
  const { costs, valLosses } = measurements
  const key = bitsKey(Float64Array.of(costs[0]!))
  const cached = folds.get(key) ?? START
  const fold = continues(cached, measurements) ? cached : START
  let { lowest, candidates } = fold
  for (let n = fold.costs.length + 1; n <= costs.length; n++) {
    const before = lowest
    if (isLower(measurements, n - 1, lowest)) lowest = n - 1
    if (n >= EACH && n % Math.floor(n * SHARE) !== 0) continue
    candidates = select(costs.slice(0, n), lowest, [...candidates, before, n - 1])
  }
  if (fold.costs.length < costs.length)
    folds.set(key, { costs: [...costs], valLosses: [...valLosses], lowest, candidates })
  return [...new Set([lowest, ...candidates])].sort((a, b) => a - b).map(index => index + 1)
}

export function isLower({ costs, valLosses }: Measurements, one: number, other: number): boolean {
  return (
    costs[one]! < costs[other]! ||
    (costs[one] === costs[other] && valLosses[one]! < valLosses[other]!)
  )
}

function continues(fold: Fold, { costs, valLosses }: Measurements): boolean {
  return (
    fold.costs.length <= costs.length &&
    fold.costs.every((cost, i) => cost === costs[i] && fold.valLosses[i] === valLosses[i])
  )
}

function select(
  costs: readonly number[],
  lowest: number,
  candidates: readonly number[],
): readonly number[] {
  const smooth = smoothCurve(costs, jitter(costs))
  return [...new Set(candidates)]
    .filter(index => index !== lowest)
    .sort((a, b) => smooth[a]! - smooth[b]! || a - b)
    .slice(0, CANDIDATES)
}
