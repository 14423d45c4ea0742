import type { Retrained, TestRank } from '../overfit/index.js'
import type { Language } from '../record/language.js'
import type {
  ExportRecord,
  Preparation,
  ProbeAnswer,
  StudyDocument,
  StudyState,
} from '../record/document.js'
import type { EpochMetrics } from '../record/metric.js'
import type { Measure, Objective } from '../record/objective.js'
import type { Repeats } from '../record/repeats.js'
import type { StudySpec, ScoreEpoch } from '../record/study.js'
import type { TrialRecord } from '../record/trial.js'
import type { VerdictKind } from '../record/verdict.js'

/** What a report is made from: a study as it is stored. */
export interface StudyFacts {
  readonly document: StudyDocument
  /** Epochs by trial number, in order. */
  readonly epochs: ReadonlyMap<number, readonly EpochMetrics[]>
  /** A manager holds the study now. */
  readonly held: boolean
}

/**
 * A study as `tune study show --json` prints it and as the page shows it. Plain JSON: numbers are
 * finite or null. Losses are nats per token, times seconds, epochs count from 1, trials from 0.
 */
export interface StudyView {
  readonly name: string
  readonly state: StudyState
  /** Why the study is in this state. */
  readonly reason: string
  /**
   * A `tune` process is at work on the study now. A study that is `running` and not live was
   * interrupted.
   */
  readonly live: boolean
  readonly createdAt: string
  /** Seconds that the study has run for, all sessions together. */
  readonly seconds: number
  readonly sampler: string
  readonly samplerOptions: Readonly<Record<string, unknown>>
  /** What gives up trials that lag behind others, as it was written. */
  readonly pruner?: string
  /** The least that another epoch must be expected to gain. */
  readonly minGainPerEpoch?: number
  readonly seed: number
  readonly direction: StudySpec['direction']
  readonly slots: number
  readonly earlyStopping: string
  readonly space: StudySpec['space']
  readonly task: StudySpec['task']
  /** In order of number. */
  readonly trials: readonly TrialView[]
  readonly best: BestView | null
  /**
   * The trial with the training's own settings, and what was gained over it; null where the study
   * began otherwise.
   */
  readonly defaults: DefaultsView | null
  /** What trials are ranked by, where that is not the validation loss. */
  readonly objective?: Objective
  /** The two things that trials are compared by; they are ranked by the first. */
  readonly objectives?: readonly [Measure, Measure]
  /** Trainings of each configuration, where there are several. */
  readonly repeats?: number
  /** Earlier studies that this one learnt from. */
  readonly warmStart?: readonly string[]
  /**
   * How often the sampler's model was right about what a trial would come to; null while there is
   * nothing to compare.
   */
  readonly calibration: Calibration | null
  /** The model as it was given, measured before the first trial. */
  readonly start: { readonly valLoss: number; readonly perplexity: number | null } | null
  readonly progress: Progress
  readonly saved: Saved
  /** The trials that overfitted, best first. */
  readonly overfitted: readonly Overfitted[]
  /** How much the ranking means and what to do next; null before the first complete trial. */
  readonly trust: TrustView | null
  /** What the test split says of the winner; null where there are no data to speak of. */
  readonly test: TestView | null
  /**
   * What came of the first configurations under other seeds; null where they were not trained
   * again.
   */
  readonly retrained: RetrainedView | null
  /** Of the words of verdicts, trust and test. */
  readonly language: Language
  /** Which of its epochs a trial counts by. */
  readonly scoreEpoch: ScoreEpoch
  readonly probes: readonly ProbeAnswer[]
  readonly export: ExportRecord | null
  readonly preparation: Preparation | null
}

export type Params = TrialRecord['params']
export type TrialState = TrialRecord['state']

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
  /** What the trial is ranked by, where that is not its validation loss. */
  readonly objective: { readonly name: Objective; readonly value: number } | null
  /** exp of `valLoss`. */
  readonly perplexity: number | null
  /**
   * Validation loss less training loss at `bestEpoch`, nats: what the model knows of its examples
   * and not of others.
   */
  readonly gap: number | null
  /**
   * What the trial's own curves say; null until it has ended, and for a trial whose curves were not
   * judged.
   */
  readonly verdict: { readonly kind: VerdictKind; readonly reason: string } | null
  /** Why the trial is in this state, in words: how it ended, what failed, what it waits for. */
  readonly reason: string
  /** Kind of failure; null for a trial that has not failed. */
  readonly failure: Extract<TrialRecord, { state: 'failed' }>['failure']['kind'] | null
  /** The last lines that a program of the user's printed before it failed. */
  readonly output?: string
  /** Seconds of training so far. */
  readonly seconds: number
  readonly device: string | null
  readonly attempt: number | null
  readonly epochsRun: number
  /** Epochs asked for; null when epochs is not a parameter of the study. */
  readonly epochsAsked: number | null
  /**
   * The trial whose training this one reads its epochs from; its own number for a training of its
   * own.
   */
  readonly leader: number
  /** Why the sampler proposed it, in words. */
  readonly chosen: string
  /**
   * Where trials are paused: what it was given epoch by epoch, and why. `epochs` had run at the end
   * of a stage, null while it runs.
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
  /** What was expected of it beside what came; null where no model had an expectation. */
  readonly expected: ExpectedView | null
  /**
   * What its configuration came to over all seeds; left out where configurations are not repeated.
   * `of` is the first of these trials.
   */
  readonly repeats?: Repeats & { readonly of: number }
  /** Both objectives, by name; left out where the study has one. */
  readonly objectives?: Readonly<Record<string, number>>
  /**
   * No other trial is better in one objective without being worse in the other; left out where the
   * study has one.
   */
  readonly front?: boolean
  readonly basis: TrialRecord['basis']
}

/**
 * Objective of the defaults, and the best one's distance from it; positive is better, null while
 * either is not known.
 */
export interface DefaultsView {
  readonly number: number
  readonly state: TrialState
  readonly objective: number | null
  readonly gain: number | null
  /** The defaults are the best so far. */
  readonly best: boolean
}

/** In units of the objective. `deviations`: how many `sd` what came lies above `mean`. */
export interface ExpectedView {
  readonly mean: number
  readonly sd: number
  readonly came: number | null
  readonly deviations: number | null
}

/**
 * `within` of `of` results lie no further than `deviations` standard deviations from what was
 * expected.
 */
export interface Calibration {
  readonly within: number
  readonly of: number
  readonly deviations: number
}

/** What the leaderboard is worth, and what follows from it; in words of `src/overfit`. */
export interface TrustView {
  /** `trial 7 is first, but not distinguishable from trials 3 and 9`. */
  readonly sentence: string
  /**
   * Nats by which the best trial's loss is likely to look better than it is, because the luckiest
   * of many was taken.
   */
  readonly optimism: number
  /**
   * The trials near the top: 95% interval of the loss on other examples of the kind, probability of
   * being the best, and whether the first is better by more than chance.
   */
  readonly standings: readonly {
    readonly number: number
    readonly low: number
    readonly high: number
    readonly first: number
    readonly behind: boolean
  }[]
  /** The most useful first. */
  readonly advice: readonly { readonly advice: string; readonly ground: string }[]
}

/** The first configurations, trained again under other seeds. */
export interface RetrainedView {
  /** What they say of the first of them, and of the order; null where they say nothing. */
  readonly sentence: string | null
  /** In the order of the leaderboard. */
  readonly rows: readonly Retrained[]
}

/** The finalists on the test split. */
export interface TestView {
  /** 0 where there is no test split. */
  readonly examples: number
  /** What is to be said, or why there is nothing. */
  readonly sentences: readonly string[]
  /** By test loss; empty until they are measured. */
  readonly standings: readonly TestRank[]
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

export interface BestView {
  readonly number: number
  readonly bestEpoch: number
  readonly valLoss: number
  readonly perplexity: number | null
  /**
   * Validation loss of the untouched model less that of the best trial; null when the former is
   * unknown.
   */
  readonly improvement: number | null
}

export interface Progress {
  readonly finished: number
  readonly running: number
  readonly paused: number
  /** Under a budget of epochs, as many as have been begun. */
  readonly total: number
  /**
   * Under a budget of epochs: those that have run, and those that there are; null under a budget of
   * trials.
   */
  readonly epochs: { readonly spent: number; readonly budget: number } | null
  /**
   * Estimated from the trials that have finished; null before the first one, and when nothing is at
   * work.
   */
  readonly secondsLeft: number | null
}

/** What was not trained twice because runs that differ only in epochs share one training. */
export interface Saved {
  /** Finished trials that were read off another's training. */
  readonly trials: number
  readonly epochs: number
  readonly seconds: number
}

export interface Overfitted {
  readonly number: number
  readonly bestEpoch: number
  readonly epochsRun: number
  readonly reason: string
}
