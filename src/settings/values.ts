import type { z } from 'zod'
import type { TrialKind } from './kinds.js'
import type { Setting } from './setting.js'
import type { shapes } from './shapes.js'
import type { inputs } from './table/inputs.js'
import type { search, stopping } from './table/study.js'
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

type IsExplicit<S, K extends TrialKind> = S extends { readonly required: true }
  ? true
  : S extends { readonly explicit: true }
    ? true
    : S extends { readonly explicit: readonly (infer E)[] }
      ? K extends E
        ? true
        : false
      : false

/**
 * The values of a group of settings in a record: of those that are explicit, and perhaps of the
 * others.
 */
export type SettingValues<T extends readonly Setting[], K extends TrialKind = 'finetune'> = Flat<
  {
    readonly [S in T[number] as IsExplicit<S, K> extends true ? S['name'] : never]: Value<S>
  } & {
    readonly [S in T[number] as IsExplicit<S, K> extends true ? never : S['name']]?: Value<S>
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

type Applies<S, K extends TrialKind> = S extends { readonly kinds: readonly (infer A)[] }
  ? K extends A
    ? S
    : never
  : S

/** The settings at the top of a study.yaml of the kind. */
type Top<K extends TrialKind> =
  | Applies<(typeof inputs)[number] | (typeof search)[number] | (typeof stopping)[number], K>
  | (K extends 'finetune' ? never : Applies<(typeof training)[number], K>)

type Named<S> = S extends { readonly name: infer N extends string } ? N : never
type IsRequired<S> = S extends { readonly required: true } ? true : false

/** study.yaml of a trial kind, as people write it. */
export type StudyInput<K extends TrialKind> = Flat<
  {
    readonly [S in Top<K> as IsRequired<S> extends true ? Named<S> : never]: Input<S>
  } & {
    readonly [S in Top<K> as IsRequired<S> extends true ? never : Named<S>]?: Input<S> | undefined
  }
>

/** study.yaml of a trial kind with its defaults filled in. */
export type StudyOutput<K extends TrialKind> = Flat<
  {
    readonly [S in Top<K> as IsExplicit<S, K> extends true ? Named<S> : never]: Value<S>
  } & {
    readonly [S in Top<K> as IsExplicit<S, K> extends true ? never : Named<S>]?:
      Value<S> | undefined
  }
>
