import type { Setting } from './setting.js'
import { parameters, search, stopping, training } from './table/index.js'

type Named<S> = S extends { readonly name: infer N extends string; readonly default: unknown }
  ? N
  : never

/** The defaults of those settings that have one, by name. */
export type Defaults<S> = {
  readonly [E in S as Named<E>]: E extends { readonly default: infer D } ? D : never
}

/** The default of each setting that has one, by its name. */
export function defaultsIn<T extends readonly Setting[]>(settings: T): Defaults<T[number]> {
  return Object.fromEntries(
    settings
      .filter(setting => 'default' in setting)
      .map(setting => [setting.name, setting.default]),
  ) as Defaults<T[number]>
}

/** The default of every shared setting that has one, by its name. */
export const DEFAULTS = defaultsIn([...search, ...stopping, ...training])

/** What a fine-tuning searches if the user names no range: `1e-4..1e-2`. */
export const DEFAULT_SPACE = Object.fromEntries(
  parameters.map(({ name, searchable }) => [name, searchable.range]),
) as Readonly<Record<(typeof parameters)[number]['name'], string>>
