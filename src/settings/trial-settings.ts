import type { Params } from '../space/parameter.js'
import { checkValue } from './bounds.js'
import type { Setting } from './setting.js'
import { parameterName } from './table/index.js'

type Searched<T extends readonly Setting[]> = Extract<T[number], { readonly searchable: object }>

/** The searchable settings of a group, each with the value that a trial uses. */
export type TrialValues<T extends readonly Setting[]> = {
  readonly [S in Searched<T> as S['name']]: S extends { readonly choices: readonly (infer C)[] }
    ? C
    : number
}

/**
 * The values that a trial uses: its parameter, or else the study's setting, or else the default.
 *
 * @param study the study's settings; without them every parameter must be given
 * @throws UserError naming the parameter whose value is missing or outside its bounds
 */
export function trialValues<T extends readonly Setting[]>(
  group: T,
  params: Params,
  study?: Readonly<Record<string, unknown>>,
): TrialValues<T> {
  const values = group
    .filter(({ searchable }) => searchable)
    .map(setting => {
      const name = parameterName(setting)
      const fallback = study && (study[setting.name] ?? setting.default)
      const value = params[name] ?? fallback
      checkValue(setting, value, name)
      return [setting.name, value] as const
    })
  return Object.fromEntries(values) as TrialValues<T>
}
