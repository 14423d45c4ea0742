import { rankingValue, type CompleteTrial, type TrialRecord } from './trial.js'

/** The trial that stands for a configuration: the first of those that repeat it. */
export function configurationNumber({
  number,
  repeatOf,
}: Pick<TrialRecord, 'number' | 'repeatOf'>): number {
  return repeatOf ?? number
}

/** Trials of one configuration together, in order of the first of each. */
export function byConfiguration<T extends Pick<TrialRecord, 'number' | 'repeatOf'>>(
  trials: readonly T[],
): ReadonlyMap<number, readonly T[]> {
  const groups = new Map<number, T[]>()
  for (const trial of trials) {
    const group = groups.get(configurationNumber(trial))
    if (group) group.push(trial)
    else groups.set(configurationNumber(trial), [trial])
  }
  return groups
}

/** What the repeats of a configuration came to. */
export interface Repeats {
  /** Complete ones. */
  readonly count: number
  readonly mean: number
  /** Sample standard deviation; null of fewer than two. */
  readonly sd: number | null
}

/** @param repeats of one configuration, at least one */
export function summarizeRepeats(
  repeats: readonly Pick<CompleteTrial, 'objective' | 'smoothed'>[],
): Repeats {
  const values = repeats.map(rankingValue)
  const average = mean(values)
  const sd =
    values.length < 2
      ? null
      : Math.sqrt(
          values.reduce((sum, value) => sum + (value - average) ** 2, 0) / (values.length - 1),
        )
  return { count: values.length, mean: average, sd }
}

/** Of one value that value itself, to the last bit. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value / values.length, 0)
}
