import type { Setting } from './setting.js'
import { inputs, parameters, search, stopping, training } from './table/index.js'

type Entries =
  | (typeof inputs)[number]
  | (typeof search)[number]
  | (typeof stopping)[number]
  | (typeof training)[number]

type Named<S> = S extends { readonly name: infer N extends string; readonly default: unknown }
  ? N
  : never

/** The default of every setting that has one, by its name. */
export const DEFAULTS = Object.fromEntries(
  ([...inputs, ...search, ...stopping, ...training] as readonly Setting[])
    .filter(setting => 'default' in setting)
    .map(setting => [setting.name, setting.default]),
) as { readonly [S in Entries as Named<S>]: S extends { readonly default: infer D } ? D : never }

/** What a fine-tuning searches if the user names no range: `1e-4..1e-2`. */
export const DEFAULT_SPACE = Object.fromEntries(
  parameters.map(({ name, searchable }) => [name, searchable.range]),
) as Readonly<Record<(typeof parameters)[number]['name'], string>>
