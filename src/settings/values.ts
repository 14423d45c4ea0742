import type { z } from 'zod'
import type { KindTables, TrialKindName } from './kind-settings.js'
import type { Family, Setting } from './setting.js'
import type { shapes } from './shapes.js'
import type { search } from './table/study.js'
import type { stopping } from './table/stopping.js'
import type { lora, score } from './table/adapters.js'
import type { training } from './table/training.js'

type Flat<T> = { [K in keyof T]: T[K] }

/** The value of a setting in study.yaml, before defaults inside it are filled in. */
type Input<S> = S extends { readonly shape: 'training' }
  ? TrainingInput
  : S extends { readonly shape: infer H extends keyof typeof shapes }
    ? Readonly<z.input<(typeof shapes)[H]>>
    : Value<S>

/** The value of a setting. */
type Value<S> = S extends { readonly type: 'int' | 'float' }
  ? number
  : S extends { readonly type: 'boolean' }
    ? boolean
    : S extends { readonly type: 'string' }
      ? string
      : S extends { readonly choices: readonly (infer C)[] }
        ? C
        : S extends { readonly type: 'list' }
          ? readonly string[]
          : S extends { readonly shape: 'training' }
            ? TrainingSpec
            : S extends { readonly shape: infer H extends keyof typeof shapes }
              ? Readonly<z.output<(typeof shapes)[H]>>
              : never

type IsExplicit<S, F extends Family> = S extends { readonly required: true }
  ? true
  : S extends { readonly explicit: infer E }
    ? E extends true | F
      ? true
      : false
    : false

/**
 * The values of a group of settings in a record: of those that are explicit, and perhaps of the
 * others.
 */
export type SettingValues<T extends readonly Setting[], F extends Family = 'model'> = Flat<
  {
    readonly [S in T[number] as IsExplicit<S, F> extends true ? S['name'] : never]: Value<S>
  } & {
    readonly [S in T[number] as IsExplicit<S, F> extends true ? never : S['name']]?: Value<S>
  }
>

/** Low-rank adaptation: rank · (in + out) numbers for each adapted matrix. */
export type LoraSpec = SettingValues<typeof lora>

/** Answers of the model to validation examples, scored after each epoch. */
export type ScoreSpec = SettingValues<typeof score>

/** Settings of a fine-tuning that are the same for every trial of a study. */
export type TrainingSpec = Flat<
  SettingValues<typeof training> & { readonly lora?: LoraSpec; readonly score?: ScoreSpec }
>

type Loose<T> = { readonly [K in keyof T]?: T[K] | undefined }

/** `training` as people write it: every setting may be left out. */
export type TrainingInput = Flat<
  Loose<SettingValues<typeof training>> & {
    readonly lora?: Loose<LoraSpec> | undefined
    readonly score?: Loose<ScoreSpec> | undefined
  }
>

type KindFamily<K extends TrialKindName> = KindTables[K]['family']

type Applies<S, F extends Family> = S extends { readonly family: infer A }
  ? F extends A
    ? S
    : never
  : S

/** The settings at the top of the study.yaml of a kind. */
type Top<K extends TrialKindName> =
  | KindTables[K]['own'][number]
  | Applies<(typeof search)[number] | (typeof stopping)[number], KindFamily<K>>
  | (KindFamily<K> extends 'model' ? never : Applies<(typeof training)[number], KindFamily<K>>)

type Named<S> = S extends { readonly name: infer N extends string } ? N : never
type IsRequired<S> = S extends { readonly required: true } ? true : false

/** study.yaml of a trial kind, as people write it. */
export type StudyInput<K extends TrialKindName> = Flat<
  {
    readonly [S in Top<K> as IsRequired<S> extends true ? Named<S> : never]: Input<S>
  } & {
    readonly [S in Top<K> as IsRequired<S> extends true ? never : Named<S>]?: Input<S> | undefined
  }
>

/** study.yaml of a trial kind with its defaults filled in. */
export type StudyOutput<K extends TrialKindName> = Flat<
  {
    readonly [S in Top<K> as IsExplicit<S, KindFamily<K>> extends true ? Named<S> : never]: Value<S>
  } & {
    readonly [S in Top<K> as IsExplicit<S, KindFamily<K>> extends true ? never : Named<S>]?:
      Value<S> | undefined
  }
>
