import type { Family, Setting } from './setting.js'

/** The settings of one kind of trial. Each kind has a settings.ts in its folder. */
export interface KindSettings {
  /** The key by which a study.yaml is one of the kind; one of its own settings. */
  readonly key: string
  /** The kind in the words of an error: "does not apply to …". */
  readonly noun: string
  /** The kind in one word, for tables. */
  readonly label: string
  readonly family: Family
  /** Settings that only this kind has, in the order in which they are written. */
  readonly own: readonly Setting[]
  /** The least that its study.yaml must state. */
  readonly least: Readonly<Record<string, unknown>>
}

/** The settings of each kind, by its name: src/kinds adds an entry for each. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- src/kinds declares entries
export interface KindTables {}

/** The name of a kind of trial. */
export type TrialKindName = keyof KindTables

/** Whether a family has a setting. */
export function appliesTo({ family }: Setting, to: Family): boolean {
  return family === undefined || family === to
}

/** Those of a group that a family has. */
export function settingsFor<T extends Setting>(group: readonly T[], family: Family): readonly T[] {
  return group.filter(setting => appliesTo(setting, family))
}
