import type { StudyDocument } from '../record/document.js'
import type { EpochMetrics } from '../record/metric.js'

/**
 * A study on disk, held by its one writer. Every call is atomic: after a crash it has happened or
 * it has not.
 */
export interface StudyStore {
  readonly dir: string
  readonly document: StudyDocument
  /** Replaces the document; resolves when it is safe on disk. Calls are carried out in order. */
  update(change: (document: StudyDocument) => StudyDocument): Promise<void>
  /** Appends one line; an epoch told twice counts once, the newest attempt's line. */
  appendEpoch(trial: number, attempt: number, metrics: EpochMetrics): Promise<void>
  /** In order of epoch. A line torn by a crash is dropped. */
  epochs(trial: number): readonly EpochMetrics[]
  /** Calls back when another process asks this study to stop. */
  onStopRequest(callback: () => void): void
  /** Gives the lock back. */
  close(): Promise<void>
}

/** A study as any process may read it, without the lock. */
export interface StudySnapshot {
  readonly dir: string
  readonly document: StudyDocument
  /** Epochs by trial number. */
  readonly epochs: ReadonlyMap<number, readonly EpochMetrics[]>
  /** A manager holds the study now. */
  readonly held: boolean
}
