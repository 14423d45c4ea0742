import { rankingIn, type Ranked } from './advice-words.js'
import { nats, type Language } from './reason.js'

/** A configuration trained again under other seeds; in units of the study's objective. */
export interface Retrained {
  readonly number: number
  /** What the search had of it. */
  readonly searched: number
  /** Over the other seeds alone; null where all of them failed. */
  readonly mean: number | null
  /** Sample standard deviation; null of fewer than two. */
  readonly sd: number | null
  /** How many seeds the mean is over, and how many failed. */
  readonly seeds: number
  readonly failed: number
}

/**
 * What further seeds say of the first configuration, and of the order; null where none of them has
 * a mean.
 *
 * @param ranked by the means, where they can be ranked by more than their numbers
 */
export function seedsIn(
  retrained: readonly Retrained[],
  ranked: Ranked | null,
  language: Language,
): string | null {
  const [first] = retrained
  if (!first || first.mean === null) return null
  const { number, searched, seeds } = first
  const mean = spreadOf({ mean: first.mean, sd: first.sd })
  const several = ranked !== null && ranked.standings.length > 1
  if (language === 'zh')
    return `换 ${seeds} 个随机种子重新训练，试验 ${number} 的结果为 ${mean}，搜索时为 ${nats(searched)}${several ? `；按这些均值，${rankingIn(ranked, 'zh')}` : ''}`
  const under = `trained again under ${seeds === 1 ? 'another seed' : `${seeds} other seeds`}`
  return `${under}, trial ${number} comes to ${mean} where the search had ${nats(searched)}${several ? `; by these averages ${rankingIn(ranked, 'en')}` : ''}`
}

/** A mean and the standard deviation between seeds. */
export function spreadOf({
  mean,
  sd,
}: {
  readonly mean: number
  readonly sd: number | null
}): string {
  return sd === null ? nats(mean) : `${nats(mean)} ± ${nats(sd)}`
}
