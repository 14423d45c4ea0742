import type { Scale } from '../space/parameter.js'

/** One text in the languages that the program prints. */
export interface LocalizedText {
  readonly en: string
  readonly zh: string
}

/**
 * What sets the settings of trial kinds apart: `model` trains a language model with this program's
 * engine and has the groups `space` and `training`; `user` is training of the user's own, whose
 * parameters are under `parameters`.
 */
export type Family = 'model' | 'user'

/**
 * One setting: everything the program knows about it except its use. Types, schemas, record
 * decoding, command-line flags, search bounds, the trainer's checks and docs/reference.md are
 * derived from it.
 */
export type Setting =
  NumberSetting | BooleanSetting | StringSetting | ChoiceSetting | ListSetting | CustomSetting

interface SettingBase<T> {
  /** Key in study.yaml and field in the record, in camel case. */
  readonly name: string
  /** Its name in Chinese reports; English ones show `name`. Left out: `name` too. */
  readonly label?: string
  /** One sentence, without a final period. */
  readonly help: LocalizedText
  /** The value that applies if the user states none. Left out: the setting has none. */
  readonly default?: T
  /** What the help says instead of `default`, where the default depends on something. */
  readonly defaultText?: LocalizedText
  /** study.yaml must state it. */
  readonly required?: true
  /** A study records the value even if the user states none; in one family of kinds, or in all. */
  readonly explicit?: true | Family
  /** The family of trial kinds that have the setting. Left out: all. */
  readonly family?: Family
  /** Above 0, it is used instead of this setting. */
  readonly replaces?: string
  /** Unit of the value: `steps`, `tokens`, `seconds`. */
  readonly unit?: string
  /** The search may vary it. */
  readonly searchable?: Searchable
  /** How the command line spells it. Left out: `--NAME VALUE`; null: it has no flag. */
  readonly flag?: Flag | null
}

/** How a setting is searched. */
export interface Searchable {
  /** The parameter's name, if it differs from the setting's. */
  readonly parameter?: string
  /** A range or a list that makes sense. */
  readonly example: string
  /** What a fine-tuning searches if the user names no range. Left out: it is not searched. */
  readonly range?: string
}

/** A flag of `tune study create`. */
export interface Flag {
  /** Without dashes, in kebab case. Left out: the setting's name. */
  readonly name?: string
  /** What stands for the value in the help: `range`, `n`, `list`. */
  readonly value?: string
  /** It may be repeated; the values become a list. */
  readonly repeatable?: true
  /** Its value is a range or a list to search over, not one value for all trials. */
  readonly searches?: true
  /** It is accepted for every kind, although the setting belongs to one family. */
  readonly everywhere?: true
}

/** A number with its bounds; inclusive unless stated otherwise. */
export interface NumberSetting extends SettingBase<number> {
  readonly type: 'int' | 'float'
  readonly min: number
  readonly max: number
  /** `min` itself is not allowed. */
  readonly exclusiveMin?: true
  /** `max` itself is not allowed. */
  readonly exclusiveMax?: true
  /** How a search spaces it. Left out: linear. */
  readonly scale?: Scale
}

export interface BooleanSetting extends SettingBase<boolean> {
  readonly type: 'boolean'
}

/** A text that is not empty. */
export interface StringSetting extends SettingBase<string> {
  readonly type: 'string'
}

/** One of several words. */
export interface ChoiceSetting extends SettingBase<string> {
  readonly type: 'choice'
  readonly choices: readonly string[]
}

/** A list of texts that are not empty. */
export interface ListSetting extends SettingBase<readonly string[]> {
  readonly type: 'list'
  /** Fewest entries; 0 if left out. */
  readonly min?: number
}

/** A value with a shape of its own: see shapes.ts. */
export interface CustomSetting extends SettingBase<unknown> {
  readonly type: 'custom'
  readonly shape: Shape
}

export type Shape =
  | 'command'
  | 'columns'
  | 'names'
  | 'objectives'
  | 'parameters'
  | 'point'
  | 'points'
  | 'pruner'
  | 'rule'
  | 'sources'
  | 'space'
  | 'strategy'
  | 'test'
  | 'training'
  | 'true'
