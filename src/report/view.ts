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
import type { Measure, Objective } from '../settings/index.js'
import type { StudySpec } from '../record/study.js'
import type { ScoreEpoch } from '../settings/index.js'
import type { TrialState, TrialView } from './trial.js'

/** What a report is made from: a study as it is stored. */
export interface StudyFacts {
  readonly document: StudyDocument
  /** Epochs by trial number, in order. */
  readonly epochs: ReadonlyMap<number, readonly EpochMetrics[]>
  /** A manager holds the study now. */
  readonly live: boolean
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
  /** The pruner with its options, as the study writes it. */
  readonly pruner?: string
  /** Smallest expected gain of an epoch that is worth its cost. */
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
   * The trial with the training's own settings, and the improvement over it; null if the study
   * has no such trial.
   */
  readonly defaults: DefaultsView | null
  /** What trials are ranked by, if that is not the validation loss. */
  readonly objective?: Objective
  /** The two things that trials are compared by; they are ranked by the first. */
  readonly objectives?: readonly [Measure, Measure]
  /** Trials of each configuration, if there are several. */
  readonly repeats?: number
  /** Earlier studies whose results seed the model. */
  readonly warmStart?: readonly string[]
  /**
   * How often the sampler's model predicted a result well; null while there is nothing to compare.
   */
  readonly calibration: Calibration | null
  /** The model before fine-tuning. */
  readonly start: { readonly valLoss: number; readonly perplexity: number | null } | null
  readonly progress: Progress
  readonly saved: Saved
  /** The trials that overfitted, best first. */
  readonly overfitted: readonly Overfitted[]
  /** How significant the ranking is and what to do next; null before the first complete trial. */
  readonly trust: TrustView | null
  /** The winner on the test split; null for a study without a data set. */
  readonly test: TestView | null
  /**
   * The first configurations under other seeds; null if they were not trained again.
   */
  readonly retrained: RetrainedView | null
  /** Of all sentences in the view. */
  readonly language: Language
  /** The epoch that a trial counts by. */
  readonly scoreEpoch: ScoreEpoch
  readonly probes: readonly ProbeAnswer[]
  readonly export: ExportRecord | null
  readonly preparation: Preparation | null
}

/**
 * Objective of the defaults, and the best trial's improvement over them; positive is better, null
 * while either is unknown.
 */
export interface DefaultsView {
  readonly number: number
  readonly state: TrialState
  readonly objective: number | null
  readonly improvement: number | null
  /** The defaults are the best so far. */
  readonly best: boolean
}

/**
 * `within` of `of` results lie within `deviations` standard deviations of the prediction.
 */
export interface Calibration {
  readonly within: number
  readonly of: number
  readonly deviations: number
}

/** How significant the ranking is, and advice; sentences of `src/overfit`. */
export interface TrustView {
  /** `trial 7 is first, but not distinguishable from trials 3 and 9`. */
  readonly sentence: string
  /**
   * Nats by which the best trial's validation loss is likely to be too low, because it was selected
   * as the minimum of many.
   */
  readonly selectionBias: number
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
  /** About the first of them and the order; null if no retraining succeeded. */
  readonly sentence: string | null
  /** In the order of the leaderboard. */
  readonly rows: readonly Retrained[]
}

/** The finalists on the test split. */
export interface TestView {
  /** 0 if there is no test split. */
  readonly examples: number
  /** About the winner and the order, or why there is no test split. */
  readonly sentences: readonly string[]
  /** By test loss; empty until they are measured. */
  readonly standings: readonly TestRank[]
}

export interface BestView {
  readonly number: number
  readonly bestEpoch: number
  readonly valLoss: number
  readonly perplexity: number | null
  /**
   * Validation loss before fine-tuning less that of the best trial; null if the former is unknown.
   */
  readonly improvement: number | null
}

export interface Progress {
  readonly finished: number
  readonly running: number
  readonly paused: number
  /** Under a budget of epochs, as many as have started. */
  readonly total: number
  /**
   * Under a budget of epochs: how many have run, and the budget; null under a budget of trials.
   */
  readonly epochs: { readonly spent: number; readonly budget: number } | null
  /**
   * Estimated from the finished trials; null before the first one, and while no process runs the
   * study.
   */
  readonly secondsLeft: number | null
}

/** What shared runs saved: configurations that differ only in epochs share one training run. */
export interface Saved {
  /** Finished trials that shared another trial's run. */
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
