import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { UserError } from '../errors.js'
import type { DataReport } from '../record/data-report.js'
import type { ExportRecord, StudyDocument } from '../record/document.js'
import type { StudySpec } from '../record/study.js'
import type { CompleteTrial, TrialRecord } from '../record/trial.js'
import { winner } from '../ranking/index.js'
import type { Allocator } from '../search/contract/allocator.js'
import type { Pruner } from '../search/contract/pruner.js'
import type { Sampler } from '../search/contract/sampler.js'
import { readStudy } from '../storage/index.js'
import { documentPath } from '../storage/paths.js'
import type {
  AskAnswer,
  AskedTrial,
  ReportAnswer,
  ReportedEpoch,
  TellAnswer,
  TrialResult,
} from './ask-tell/protocol.js'
import {
  askTrial,
  pauseStudy,
  reportEpoch,
  resumeStudy,
  retryStudy,
  setPriority,
  setSlots,
  tellTrial,
  type AskTrialRequest,
  type StudyReference,
} from './control.js'
import {
  createStudyFiles,
  openDefinition,
  type CreatedStudy,
  type CreateRequest,
} from './create.js'
import {
  chosenStrategies,
  type StudyPrunerChoice,
  type StudySamplerChoice,
} from './chosen-strategies.js'
import { showStudy, stopStudy } from './library.js'
import type { StudyView } from '../report/index.js'
import { exportStudy, type ExportRequest } from './session/export.js'
import type { RunRequest } from './session/run.js'
import { StudyRun } from './study-run.js'
import type { Retried, RetryRequest } from './trials/retry.js'

/**
 * There is no trial to train now; the message says why.
 *
 * @example
 * const study = await openStudy('answers')
 * try {
 *   console.log(await study.ask())
 * } catch (error) {
 *   if (!(error instanceof NothingToTrain)) throw error
 *   console.log(error.reason)
 * }
 */
export class NothingToTrain extends UserError {
  /** @param running trials after whose end there may be more */
  constructor(
    name: string,
    readonly reason: string,
    readonly running: readonly number[],
  ) {
    super(
      `study ${name}`,
      `has no trial to hand out: ${reason}`,
      running.length > 0
        ? 'Ask again when a running trial has ended'
        : `Look at its results: tune study show ${name}`,
    )
  }
}

/** A trial that was asked for, or its number. */
export type TrialHandle = number | Pick<AskedTrial, 'number' | 'attempt'>

/**
 * A study on disk. `trials` and `best` are as of the last call on this handle; `refresh()` reads
 * what other processes have changed since.
 *
 * @example
 * const study = await openStudy('answers')
 * console.log(study.trials.length, study.best?.params)
 */
export class Study implements CreatedStudy {
  readonly name: string
  /** The study's folder. */
  readonly dir: string
  /** Its study.yaml. */
  readonly file: string
  readonly spec: StudySpec
  /** What was found in the data, when the study was created. */
  readonly data?: DataReport
  readonly #reference: StudyReference
  #document: StudyDocument | null = null

  /** @ignore Made by `createStudy` and `openStudy`. */
  constructor(reference: StudyReference, { dir, file, spec, data }: CreatedStudy) {
    this.name = reference.name
    this.dir = dir
    this.file = file
    this.spec = spec
    if (data) this.data = data
    this.#reference = reference
  }

  /** In order of number. */
  get trials(): readonly TrialRecord[] {
    return this.#document?.trials ?? []
  }

  /** The trial that wins; undefined until one has completed. */
  get best(): CompleteTrial | undefined {
    return this.#document ? winner(this.#document) : undefined
  }

  /** The whole record; null before the study's first trial. */
  get document(): StudyDocument | null {
    return this.#document
  }

  /** Reads the record again. */
  async refresh(): Promise<this> {
    this.#document = existsSync(documentPath(this.dir))
      ? (await readStudy(this.dir)).document
      : null
    return this
  }

  /**
   * Runs the study to its end, in this process. Await the result, or iterate over its events;
   * leaving the loop early stops the study in good order.
   *
   * @example
   * for await (const event of study.run()) console.log(event.type)
   */
  run(options: Omit<RunRequest, keyof StudyReference> = {}): StudyRun {
    return new StudyRun({ ...this.#reference, ...options }, document => {
      this.#document = document
    })
  }

  /** Gets the next trial, to train it here. @throws NothingToTrain with the reason */
  async ask(request: Omit<AskTrialRequest, keyof StudyReference> = {}): Promise<AskedTrial> {
    const answer = await this.tryAsk(request)
    if (answer.kind === 'trial') return answer.trial
    throw new NothingToTrain(this.name, answer.reason, answer.running)
  }

  /** As `ask`; when there is no trial to train, the answer has the reason. */
  tryAsk(request: Omit<AskTrialRequest, keyof StudyReference> = {}): Promise<AskAnswer> {
    return this.#refreshed(askTrial({ ...this.#reference, ...request }))
  }

  /** Reports an epoch of a trial that was asked for. */
  report(trial: TrialHandle, metrics: ReportedEpoch): Promise<ReportAnswer> {
    return reportEpoch({ ...this.#reference, ...handle(trial), metrics })
  }

  /** Tells how a trial ended that was asked for. */
  tell(trial: TrialHandle, result: TrialResult): Promise<TellAnswer> {
    return this.#refreshed(tellTrial({ ...this.#reference, ...handle(trial), ...result }))
  }

  /** Begins no further trial until the study is resumed. */
  pause(): Promise<{ readonly changed: boolean }> {
    return this.#refreshed(pauseStudy(this.#reference))
  }

  resume(): Promise<{ readonly changed: boolean }> {
    return this.#refreshed(resumeStudy(this.#reference))
  }

  /** Asks whoever runs the study to stop in good order. @returns false when nobody does */
  stop(): Promise<boolean> {
    return stopStudy(this.#reference)
  }

  /** Changes how many trials of the running study are side by side. */
  setSlots(slots: number): Promise<{ readonly slots: number }> {
    return setSlots({ ...this.#reference, slots })
  }

  /** Of the trials that wait for a slot those of higher priority begin first. */
  setPriority(trial: number, priority: number): Promise<void> {
    return setPriority({ ...this.#reference, trial, priority })
  }

  /** Runs failed trials again, all of them when left out; `run()` then continues them. */
  retry(request: RetryRequest = {}): Promise<Retried> {
    return this.#refreshed(retryStudy({ ...this.#reference, ...request }))
  }

  /** Exports a trial, the best one when left out; while the study runs, too. */
  export(request: Pick<ExportRequest, 'trial' | 'out'> = {}): Promise<ExportRecord> {
    return this.#refreshed(exportStudy({ ...this.#reference, ...request }))
  }

  /** Everything about the study as `tune study show --json` prints it. */
  view(): Promise<StudyView> {
    return showStudy(this.#reference)
  }

  async #refreshed<T>(answer: Promise<T>): Promise<T> {
    const result = await answer
    await this.refresh()
    return result
  }
}

/** As study.yaml, with the names of samplers and pruners as types, or objects of your own. */
export type StudyRequest = CreateRequest extends infer R
  ? R extends CreateRequest
    ? Omit<R, 'sampler' | 'pruner'> & {
        /** A name, a name with options, or a sampler or allocator of your own. */
        readonly sampler?: StudySamplerChoice | undefined
        /** A name, a name with options, or a pruner of your own. */
        readonly pruner?: StudyPrunerChoice | undefined
      }
    : never
  : never

/**
 * Creates a study: checks everything it needs, then writes `studies/NAME/study.yaml`.
 *
 * @example
 * const study = await createStudy({
 *   name: 'first',
 *   model: './m',
 *   data: 'd.jsonl',
 *   trials: 1,
 *   space: { epochs: 1 },
 * })
 * for await (const event of study.run()) console.log(event.type)
 * console.log(study.best?.params)
 *
 * @throws UserError for the first thing that is wrong; nothing has been written then
 */
export async function createStudy(request: StudyRequest): Promise<Study> {
  const { name, studies, sampler, pruner, ...definition } = request
  const { names, own } = chosenStrategies({ sampler, pruner })
  const created = await createStudyFiles({
    ...definition,
    name,
    studies,
    ...names,
  } as CreateRequest)
  return new Study({ name, studies, strategies: own }, created)
}

/**
 * Opens a study that exists.
 *
 * @example
 * const study = await openStudy('answers')
 * const trial = await study.ask()
 * await study.tell(trial, { valLoss: 0.3 })
 *
 * @throws UserError when there is none of this name, or its study.yaml does not fit
 */
export async function openStudy(
  name: string,
  { studies = 'studies', ...objects }: OpenStudyOptions = {},
): Promise<Study> {
  const { own: strategies } = chosenStrategies(objects)
  const created = openDefinition(resolve(studies), name)
  return new Study({ name, studies, strategies }, created).refresh()
}

export interface OpenStudyOptions {
  /** Folder of all studies; `./studies` when left out. */
  readonly studies?: string | undefined
  /** The object that the study's `sampler: own(…)` names. */
  readonly sampler?: Sampler | Allocator | undefined
  /** The object that the study's `pruner: own(…)` names. */
  readonly pruner?: Pruner | undefined
}

function handle(trial: TrialHandle): { readonly trial: number; readonly attempt?: number } {
  return typeof trial === 'number' ? { trial } : { trial: trial.number, attempt: trial.attempt }
}
