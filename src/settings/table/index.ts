import type { TrialKind } from '../kinds.js'
import type { Setting } from '../setting.js'
import { inputs } from './inputs.js'
import { parameters } from './parameters.js'
import { search, stopping } from './study.js'
import { lora, score } from './adapters.js'
import { training } from './training.js'

export { inputs, lora, parameters, score, search, stopping, training }
export * from './study.js'
export * from './training.js'

/** A setting and its place in study.yaml: `['training', 'lora']` for the rank of adapters. */
export interface PlacedSetting {
  readonly setting: Setting
  readonly group: readonly string[]
}

const groups: readonly (readonly [readonly string[], readonly Setting[]])[] = [
  [[], inputs],
  [['space'], parameters],
  [['training'], training],
  [['training', 'lora'], lora],
  [['training', 'score'], score],
  [[], search],
  [[], stopping],
]

/**
 * Every setting of every trial kind, with its place in the study.yaml of a fine-tuning. Training of
 * the user's own has no groups: its parameters are under `parameters`, its other settings at the
 * top.
 */
export const SETTINGS: readonly PlacedSetting[] = groups.flatMap(([group, settings]) =>
  settings.map(setting => ({ setting, group })),
)

/** Settings that the search may vary, by the parameter's name. */
export const SEARCHABLE: ReadonlyMap<string, PlacedSetting> = new Map(
  SETTINGS.filter(({ setting }) => setting.searchable).map(placed => [
    parameterName(placed.setting),
    placed,
  ]),
)

/** The name of a setting in a search space: `loraRank` for the rank of adapters. */
export function parameterName({ name, searchable }: Setting): string {
  return searchable?.parameter ?? name
}

/** Whether trials of a kind have the setting. */
export function appliesTo({ kinds }: Setting, kind: TrialKind): boolean {
  return kinds === undefined || kinds.includes(kind)
}

/** Those of a group that trials of a kind have. */
export function settingsFor<T extends Setting>(group: readonly T[], kind: TrialKind): readonly T[] {
  return group.filter(setting => appliesTo(setting, kind))
}
