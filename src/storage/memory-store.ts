import type { StudyDocument } from '../record/document.js'
import type { EpochMetrics } from '../record/metric.js'
import { isFinished } from '../record/trial.js'
import { Mutex } from '../util/mutex.js'
import { checkChange, checkNew } from './change.js'
import { addEpoch, EMPTY_CURVE, type EpochLines } from './epoch-lines.js'
import type { StudyStore } from './store.js'

/** A study's record in this process alone: nothing is written, nobody else can see it. */
export class MemoryStore implements StudyStore {
  readonly dir = ''
  readonly #mutex = new Mutex()
  readonly #curves = new Map<number, EpochLines>()
  #document: StudyDocument
  #closed = false

  constructor(initial: StudyDocument) {
    this.#document = checkNew(initial)
  }

  get document(): StudyDocument {
    return this.#document
  }

  update(change: (document: StudyDocument) => StudyDocument): Promise<void> {
    return this.#run(() => {
      const after = change(this.#document)
      checkChange(this.#document, after)
      this.#document = after
    })
  }

  appendEpoch(trial: number, attempt: number, metrics: EpochMetrics): Promise<void> {
    return this.#run(() => {
      const record = this.#document.trials[trial]
      if (!record) throw new Error(`there is no trial ${trial}`)
      const curve = this.#curves.get(trial) ?? EMPTY_CURVE
      const newest =
        record.state === 'running' ? Math.max(record.attempt, curve.attempt) : curve.attempt
      if (isFinished(record) || attempt < newest) return
      this.#curves.set(trial, addEpoch(curve, attempt, metrics))
    })
  }

  epochs(trial: number): readonly EpochMetrics[] {
    return this.#curves.get(trial)?.epochs ?? []
  }

  checkpoints(): readonly string[] {
    return []
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#mutex.idle()
  }

  #run(work: () => void): Promise<void> {
    if (this.#closed) return Promise.reject(new Error('the study in memory is closed'))
    return this.#mutex.run(work)
  }
}
