import type { z } from 'zod'
import type { DataReport } from '../record/data-report.js'
import type { StudyDocument } from '../record/document.js'
import type { JobPort } from '../record/job-port.js'
import type { Job, JobResult, TaskJob, TrainJob, TrainResult } from '../record/job.js'
import type { StudySpec, TestSpec, Unit } from '../record/study.js'
import type { KindSettings, Schedule, StudyOutput } from '../settings/index.js'
import type { Locate } from '../settings/locate.js'
import type { Task } from '../record/task.js'
import type { CompleteTrial } from '../record/trial.js'
import type { LocalizedText } from '../settings/setting.js'
import type { Choice, Params, Space } from '../space/parameter.js'

/**
 * Everything that the program asks of one kind of trial. A kind is a folder beside this file and a
 * line in index.ts.
 *
 * The object itself is small, since command line, manager and page load it; what trains, checks and
 * exports is imported when it is first needed.
 */
export interface TrialKind<T extends Task = Task> {
  readonly name: T['kind']
  /** What its study.yaml may state. */
  readonly settings: KindSettings
  /** Its part of study.yaml. */
  readonly definition: KindDefinition<T>
  /** Checks the task of a study's record. */
  readonly record: z.ZodType<T>
  /** What losses are in; null if only the user knows. */
  readonly unit: Unit
  /** How the learning rate of a trial moves; null if that is unknown. */
  schedule(task: T, params: Params): Schedule | null
  /** Whether, under a constant learning rate, a short run is a prefix of a long one. */
  isPrefix(task: T, space: Space): boolean
  /** Whether a trial can be paused after an epoch, and resumed. */
  pausable(task: T): boolean
  /**
   * What a training uses for a parameter that is not searched and for which study.yaml states no
   * default; null if only the training's author knows.
   */
  defaults(task: T): Readonly<Record<string, Choice | undefined>> | null
  /** What all trials of a study must share, by its name in study.yaml. */
  fixed(task: T): Readonly<Record<string, unknown>>
  /** What is trained, for terminal and page. */
  describe(task: T): readonly Fact[]
  /** Settings that are the same for every trial, for the page. */
  describeSettings(task: T): readonly Fact[]
  /**
   * Checks what a study trains, before the study is created.
   *
   * @returns what was found in the data, if the kind reads any
   * @throws UserError if it cannot be used
   */
  check(task: T, seed: number): Promise<DataReport | undefined>
  /**
   * Milliseconds after a request to stop in which its trainings end by themselves; then their
   * process is ended. Left out: they always look at the request between two steps.
   */
  readonly stopWithin?: number
  /** Its trials are trained by whoever asks for them, and never run in a slot. */
  readonly trainedByCallers?: true
  /** Imports what trains; called in a worker thread. */
  train(): Promise<Trainer<T>>
  readonly export: Exporter<T>
  /** Left out by kinds that train no language model. */
  readonly languageModel?: LanguageModel<T>
}

/** A label and its text, in the languages of reports. */
export interface KindDefinition<T extends Task> {
  /**
   * Reads what a study.yaml of this kind says of the task and of what is searched.
   *
   * @param settings checked by the schema of the kind, with defaults filled in
   * @param base folder that relative paths start from
   * @throws UserError for the first value that does not fit
   */
  read(settings: StudyOutput<T['kind']>, base: string, locate: Locate): DefinedTask<T>
  /** The way back: settings by their name; undefined if study.yaml need not state one. */
  write(spec: DefinedTask<T>, base: string): Readonly<Record<string, unknown>>
}

/** The part of a study's specification that its kind reads and writes. */
export type DefinedTask<T extends Task> = Pick<
  StudySpec,
  'space' | 'direction' | 'objective' | 'objectives'
> & { readonly task: T }

export interface Fact {
  readonly label: LocalizedText
  readonly text: string | LocalizedText
}

/** A kind's train.ts. */
export interface Trainer<T extends Task> {
  /**
   * Trains in this thread.
   *
   * @throws UserError for anything that the user can mend
   */
  train(job: TrainJob<T>, port: JobPort, options: WorkerOptions): Promise<TrainResult>
}

export interface WorkerOptions {
  /** CPU threads that the job may use. */
  readonly threads: number
  /** Where the worker remembers which batches fit into memory. */
  readonly fitting?: {
    readonly file: string
    readonly outOfMemory: (error: unknown) => boolean
  }
}

export interface Exporter<T extends Task> {
  /** A file that is in every export, by which a folder is recognized as one. */
  readonly markerFile: string
  /** What an export does, for the terminal. */
  readonly summary: string
  /** Whether a checkpoint holds anything to export. Left out: it always does. */
  readonly available?: (checkpoint: string, trial: CompleteTrial) => Promise<boolean>
  /**
   * Writes a trial's best epoch to a folder and compares it with what was recorded.
   *
   * @throws UserError if the folder or the checkpoint cannot be used
   */
  write(request: ExportRequest<T>): Promise<Exported>
}

export interface ExportRequest<T extends Task> {
  readonly document: StudyDocument
  readonly task: T
  readonly trial: CompleteTrial
  /**
   * Folder of the trial's best epoch.
   *
   * @throws UserError if it is not kept any more
   */
  checkpoint(): string
  readonly dir: string
  /** Recorded validation loss of that epoch. */
  readonly valLoss: number
  /** Model card, Markdown. */
  card(): string
  /** Does a job in a slot. */
  run<J extends Exclude<Job, TrainJob>>(job: J): Promise<JobResult<J>>
}

export interface Exported {
  /** Validation loss of the files, measured again; null if they were compared byte by byte. */
  readonly recheckedValLoss: number | null
  readonly verified: boolean
}

/** What there is only for a language model. */
export interface LanguageModel<T extends Task> {
  /** The model before training: a folder, or a name on a hub. */
  model(task: T): string
  /** Questions for the model before the search, and for the exported one. */
  probes(task: T): readonly string[]
  /** The test split; undefined if the study has none. */
  test(task: T): TestSpec | undefined
  /** Paths, and names on a hub, of everything that the study reads. */
  inputs(task: T): readonly string[]
  /** The task with each of these replaced: by a name with its commit. */
  pin(task: T, pin: (name: string) => Promise<string>): Promise<T>
  /** Imports what does the other jobs; called in a worker thread. */
  jobs(): Promise<{
    runJob<J extends Exclude<TaskJob<T>, TrainJob>>(
      job: J,
      port: JobPort,
      options: WorkerOptions,
    ): Promise<JobResult<J>>
  }>
}
