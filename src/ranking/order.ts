/**
 * Most trials that the model of the search estimates: those that rank first without it. The keep
 * rule keeps the checkpoints of as many.
 */
export const TOP_TRIALS = 12

/** What a trial is ranked by. */
export interface Ranked {
  readonly trial: number
  /** The first trial of its configuration; its own number unless it repeats one. */
  readonly configuration: number
  /** The objective at its best epoch, smoothed if the curve shows its noise; smaller is better. */
  readonly score: number
  /** Epochs of its configuration. */
  readonly epochs: number
}

/** What the model expects of the first trials, by trial; smaller is better. */
export type Estimates = ReadonlyMap<number, number>

/**
 * Who wins: the first of these. Every leaderboard, the keep rule, the export, the model card and
 * the benchmark have this order.
 *
 * First come the trials of which the model has an estimate, by that; then the others by their
 * scores, repeats of a configuration together where their mean puts them. Equals are ordered by
 * fewer epochs, then by number.
 */
export function order<T extends Ranked>(trials: readonly T[], estimates?: Estimates): T[] {
  return [...trials].sort(comparison(meanScores(trials), estimates))
}

/**
 * The order of two trials, for `sort`.
 *
 * @param means of the scores of each configuration: see `meanScores`
 */
export function comparison(
  means: ReadonlyMap<number, number>,
  estimates?: Estimates,
): (a: Ranked, b: Ranked) => number {
  const estimate = ({ trial }: Ranked): number => estimates?.get(trial) ?? Infinity
  const by = (a: number, b: number): number => (a === b ? 0 : a < b ? -1 : 1)
  return (a, b) =>
    by(estimate(a), estimate(b)) ||
    means.get(a.configuration)! - means.get(b.configuration)! ||
    (a.configuration === b.configuration ? a.score - b.score : 0) ||
    a.epochs - b.epochs ||
    a.configuration - b.configuration ||
    a.trial - b.trial
}

/** The mean score of each configuration; of one trial its score, to the last bit. */
export function meanScores(trials: readonly Ranked[]): ReadonlyMap<number, number> {
  const sums = new Map<number, number[]>()
  for (const { configuration, score } of trials) {
    const scores = sums.get(configuration)
    if (scores) scores.push(score)
    else sums.set(configuration, [score])
  }
  return new Map(
    [...sums].map(([configuration, scores]) => [
      configuration,
      scores.reduce((sum, score) => sum + score / scores.length, 0),
    ]),
  )
}
