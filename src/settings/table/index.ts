import type { Setting } from '../setting.js'
import { lora, score } from './adapters.js'
import { parameters } from './parameters.js'
import { stopping } from './stopping.js'
import { search } from './study.js'
import { training } from './training.js'

export { lora, parameters, score, search, stopping, training }
export * from './study.js'
export * from './training.js'

/** A setting and its place in study.yaml: `['training', 'lora']` for the rank of adapters. */
export interface PlacedSetting {
  readonly setting: Setting
  readonly group: readonly string[]
}

const groups: readonly (readonly [readonly string[], readonly Setting[]])[] = [
  [['space'], parameters],
  [['training'], training],
  [['training', 'lora'], lora],
  [['training', 'score'], score],
  [[], search],
  [[], stopping],
]

/**
 * Every setting that kinds of trial share, with its place in the study.yaml of a fine-tuning.
 * Training of the user's own has no groups: its parameters are under `parameters`, its other
 * settings at the top.
 */
export const SHARED_SETTINGS: readonly PlacedSetting[] = groups.flatMap(([group, settings]) =>
  settings.map(setting => ({ setting, group })),
)

/** Settings that the search may vary, by the parameter's name. */
export const SEARCHABLE: ReadonlyMap<string, PlacedSetting> = new Map(
  SHARED_SETTINGS.filter(({ setting }) => setting.searchable).map(placed => [
    parameterName(placed.setting),
    placed,
  ]),
)

/** The name of a setting in a search space: `loraRank` for the rank of adapters. */
export function parameterName({ name, searchable }: Setting): string {
  return searchable?.parameter ?? name
}

/** The name of a setting of adapters outside `training.lora`: `loraTargets`; `rslora` stays. */
export function adapterName({ name }: Setting): string {
  return name === 'rslora' ? name : `lora${name[0]!.toUpperCase()}${name.slice(1)}`
}
