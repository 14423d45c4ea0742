import type { Objective } from '../settings/index.js'
import type { Repeats } from '../record/repeats.js'
import type { TrialRecord } from '../record/trial.js'
import type { VerdictKind } from '../record/verdict.js'

export type Params = TrialRecord['params']
export type TrialState = TrialRecord['state']
export type FailureKind = Extract<TrialRecord, { state: 'failed' }>['failure']['kind']

export interface TrialView {
  readonly number: number
  /** Place among the complete and paused trials, from 1; null for all others. */
  readonly rank: number | null
  readonly state: TrialState
  readonly params: Params
  /** For a trial that shares another's training, its part of that curve. */
  readonly epochs: readonly EpochPoint[]
  /**
   * The epoch that the trial counts by, the one with the lowest validation loss unless the study
   * says otherwise: final for a complete trial, so far for any other; null before the first epoch.
   */
  readonly bestEpoch: number | null
  /** Validation loss of `bestEpoch`. */
  readonly valLoss: number | null
  /** What the trial is ranked by, if that is not its validation loss. */
  readonly objective: { readonly name: Objective; readonly value: number } | null
  /**
   * The value that ranks the trial, in units of the objective; null if it is the measured one.
   * `smoothed`: its curve without noise, at the best epoch. `model`: what the model of the search
   * expects of it, for the first trials of a noisy study that has ended.
   */
  readonly rankedBy: { readonly by: 'smoothed' | 'model'; readonly value: number } | null
  /** exp of `valLoss`. */
  readonly perplexity: number | null
  /**
   * Generalization gap: validation loss less training loss at `bestEpoch`, in nats.
   */
  readonly gap: number | null
  /**
   * What the trial's own curves say; null until it has ended, and for a trial whose curves were not
   * judged.
   */
  readonly verdict: { readonly kind: VerdictKind; readonly reason: string } | null
  /** Why the trial is in this state: how it ended, what failed, what it waits for. */
  readonly reason: string
  /** Kind of failure; null for a trial that has not failed. */
  readonly failure: FailureKind | null
  /** The last lines that a program of the user's printed before it failed. */
  readonly output?: string
  /** Seconds of training so far. */
  readonly seconds: number
  readonly device: string | null
  readonly attempt: number | null
  readonly epochsRun: number
  /** Epochs that the configuration plans; null if epochs is not a parameter of the study. */
  readonly epochsPlanned: number | null
  /**
   * The trial whose training run this one reads its epochs from; its own number if it has a run of
   * its own.
   */
  readonly leader: number
  /** Why the sampler proposed it. */
  readonly rationale: string
  /**
   * If trials are paused: the decisions about its epochs, and their reasons. `epochs` had run at
   * the end of a stage; null while it runs.
   */
  readonly stages?: readonly {
    readonly until: number
    readonly epochs: number | null
    readonly reason: string
  }[]
  /**
   * By what method: `defaults`, `latin hypercube`, `expected improvement`; null for a trial of an
   * earlier version.
   */
  readonly method: string | null
  /** The model's prediction beside the result; null if no model predicted it. */
  readonly expected: PredictionView | null
  /**
   * Its configuration over all seeds; left out if configurations are not repeated. `of` is the
   * first of these trials.
   */
  readonly repeats?: Repeats & { readonly of: number }
  /** Both objectives, by name; left out if the study has one. */
  readonly objectives?: Readonly<Record<string, number>>
  /**
   * No other trial is better in one objective without being worse in the other; left out where the
   * study has one.
   */
  readonly front?: boolean
  readonly basis: TrialRecord['basis']
}

/** In units of the objective. `deviations`: how many `sd` the result lies above `mean`. */
export interface PredictionView {
  readonly mean: number
  readonly sd: number
  readonly objective: number | null
  readonly deviations: number | null
}

export interface EpochPoint {
  readonly epoch: number
  readonly loss: number | null
  readonly valLoss: number | null
  /**
   * What else was measured, by name: `tokenAccuracy`, `rougeL`, `valLoss@0.5`, or what a training
   * of the user's own reported.
   */
  readonly extra?: Readonly<Record<string, number>>
}
