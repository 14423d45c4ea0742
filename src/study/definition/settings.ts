import { kinds } from '../../kinds/index.js'
import {
  appliesTo,
  SHARED_SETTINGS,
  type KindSettings,
  type PlacedSetting as SharedSetting,
} from '../../settings/index.js'

/** A setting, its place in study.yaml, and the kind of trial that alone has it. */
export interface PlacedSetting extends SharedSetting {
  /** Left out: its family of kinds shares it, or all kinds do. */
  readonly kind?: KindSettings
}

/** The settings of every kind of trial, in the order in which kinds are listed. */
export const kindSettings: readonly KindSettings[] = Object.values(kinds).map(
  ({ settings }) => settings,
)

/** Every setting of every kind of trial. */
export const SETTINGS: readonly PlacedSetting[] = [
  ...kindSettings.flatMap(kind => kind.own.map(setting => ({ setting, group: [], kind }))),
  ...SHARED_SETTINGS,
]

/** Whether a kind of trial has a setting. */
export function belongsTo({ setting, kind }: PlacedSetting, other: KindSettings): boolean {
  return kind === undefined ? appliesTo(setting, other.family) : kind === other
}
