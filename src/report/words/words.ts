import type { StudyState } from '../../record/document.js'
import type { Language } from '../../record/language.js'
import type { Measure } from '../../settings/index.js'
import type { VerdictKind } from '../../record/verdict.js'
import type { FailureKind, TrialState } from '../trial.js'
import type { Progress } from '../view.js'

/** A term of the leaderboard, and what it means for someone who meets it for the first time. */
export interface Term {
  readonly label: string
  readonly meaning: string
}

/**
 * Everything that terminal, page and model card print about a study, in one language. Names are in
 * the form that stands inside a sentence; `sentence` in format.ts capitalizes them.
 */
export interface ReportWords {
  readonly language: Language
  /** The end of a sentence, and the separator of two sentences. */
  readonly fullStop: string
  readonly space: string
  /** Between a label and its text. */
  readonly colon: string
  readonly verdicts: Readonly<Record<VerdictKind, Term>>
  readonly trialStates: Readonly<Record<TrialState, string>>
  readonly studyStates: Readonly<Record<StudyStateKey, string>>
  readonly failures: Readonly<Record<FailureKind, string>>
  readonly measures: Readonly<Record<Measure, string>>
  readonly meanings: {
    readonly validationLoss: string
    /** Of a module or command, which reports its own loss. */
    readonly ownLoss: string
    readonly perplexity: string
  }
  readonly values: { readonly yes: string; readonly no: string }
  /** A time that is only estimated. */
  readonly estimate: {
    readonly fewSeconds: string
    about(duration: string): string
  }
  readonly sections: SectionWords
  readonly exported: {
    readonly verified: string
    readonly notVerified: string
    readonly files: string
  }
  readonly columns: ColumnWords
  readonly status: StatusWords
  readonly result: ResultWords
  readonly trial: TrialWords
  readonly charts: ChartWords
  trialName(number: number): string
  count(value: number, noun: Noun): string
}

/** A study whose state is `running` while no process is at work on it is interrupted. */
export type StudyStateKey = StudyState | 'interrupted'

export type Noun = 'trial' | 'epoch' | 'step' | 'example' | 'token' | 'record' | 'duplicate'

/** Headings, and what stands in a section that is still empty. */
export interface SectionWords {
  readonly leaderboard: string
  readonly reliability: string
  readonly finalists: string
  readonly retrained: string
  readonly overfitted: string
  readonly answers: string
  readonly question: string
  readonly before: string
  readonly after: string
  readonly exportedModel: string
  readonly export: string
  /** Header of the finalists' table: trial, rank, range of ranks, test and validation loss, … */
  readonly finalistsHeader: readonly [string, string, string, string, string, string]
  /** Trial, objective in the search, mean over the other seeds, seeds, failures. */
  readonly retrainedHeader: readonly [string, string, string, string, string]
  readonly reliabilityPending: string
  readonly noneOverfitted: string
  readonly noneFinished: string
  /** A narrow terminal leaves out columns. */
  hiddenColumns(labels: readonly string[]): string
}

export type ColumnKey =
  | 'rank'
  | 'trial'
  | 'front'
  | 'mean'
  | 'rankValue'
  | 'bestEpoch'
  | 'lastEpoch'
  | 'verdict'
  | 'seconds'
  | 'state'

export interface ColumnWords {
  readonly heads: Readonly<Record<ColumnKey, { label: string; meaning: string | null }>>
  readonly objective: string
  readonly secondObjective: string
  readonly bestByObjective: string
}

export interface StatusWords {
  progress(progress: Progress): string
  created(study: string): string
  interrupted(progress: string, study: string): string
  running(progress: Progress, timeLeft: string | null): string
  readonly exporting: string
  stopped(progress: string, study: string): string
  /** @param reason why the study ended; null if all its trials have run */
  complete(amount: string, duration: string, reason: string | null): string
  failed(reason: string): string
}

export interface ResultWords {
  readonly none: string
  readonly noModel: string
  /** `trial 9 is the best so far, at epoch 20`. */
  best(number: number, epoch: number, final: boolean, last: boolean): string
  validationLoss(loss: string, perplexity: string | null): string
  /** The same without names and unit. */
  plainLoss(loss: string, perplexity: string | null): string
  /**
   * @param after validation loss with name and unit
   * @param before validation loss before fine-tuning, without them
   */
  improved(best: string, after: string, before: string): string
  notImproved(best: string, after: string, before: string): string
  /** Improvement over the defaults, the trial with the training's own settings. */
  improvement(number: number, amount: string, objective: string | null): string
  defaultsFailed(number: number): string
  defaultsBest(number: number, final: boolean): string
  /** Trials that shared another's training run, and what that saved. */
  sharing(trials: number, epochs: number, duration: string): string
  calibration(within: number, of: number, deviations: number): string
  /** @param estimated number of trials that the model's estimates rank */
  rankedBy(facts: {
    readonly measure: string
    readonly repeats: boolean
    readonly last: boolean
    readonly smoothed: boolean
    readonly estimated: number
  }): string
  /** What a ranking value is: raw, without the noise of its curve, or estimated by the model. */
  readonly rankSources: Readonly<Record<'raw' | 'smoothed' | 'model', string>>
  paretoFront(first: string, second: string, study: string): string
}

/** Why a trial is in its state, and what the sampler predicted of it; without full stops. */
export interface TrialWords {
  readonly waiting: string
  sharesRun(leader: number): string
  epochs(run: number, planned: number | null): string
  done(epochs: string, attempt: number): string
  paused(epochs: string): string
  ranAll(epochs: string): string
  stoppedEarly(epochs: string): string
  ended(epochs: string, reason: string): string
  /** A reason: the user's training ran fewer epochs than it could have. */
  readonly byItself: string
  readonly failure: Readonly<Record<FailureKind, (failure: FailureFacts) => string>>
  proposed(sampler: string, finished: string | null, running: string | null): string
  predicted(mean: string, sd: string): string
  measured(value: string): string
  readonly asPredicted: string
  deviation(deviations: string, better: boolean): string
  readonly endedEarly: string
  readonly failed: string
  readonly noResult: string
}

/** What a failure's record holds, by kind. */
export interface FailureFacts {
  readonly message: string
  readonly epoch?: number
  readonly device?: string
}

export interface ChartWords {
  bestSoFar(facts: {
    readonly trials: number
    readonly from: string
    readonly first: number
    readonly to: string
    readonly winner: number
    readonly steps: number
  }): string
  curve(facts: {
    readonly number: number
    readonly epochs: number
    readonly loss: string
    readonly epoch: number | null
    readonly last: boolean
  }): string
  scatter(best: number, trials: number, setting: string, low: string, high: string): string
  front(front: number, trials: number, measure: string, low: string, high: string): string
}
