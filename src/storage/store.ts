import type { StudyDocument } from '../record/document.js'
import type { EpochMetrics } from '../record/metric.js'
import type { ControlServer } from './control-server.js'

/**
 * The record of a study, held by its one writer. Every call is atomic: after a crash it has
 * happened or it has not. What holds for every store is in `storeContract`.
 */
export interface StudyStore {
  /** The study's folder; empty for a study in memory. */
  readonly dir: string
  readonly document: StudyDocument
  /** Replaces the document; resolves when it is safe on disk. Calls are carried out in order. */
  update(change: (document: StudyDocument) => StudyDocument): Promise<void>
  /** Appends one line; an epoch that is reported twice counts once: the newest attempt's line. */
  appendEpoch(trial: number, attempt: number, metrics: EpochMetrics): Promise<void>
  /** In order of epoch. A line torn by a crash is dropped. */
  epochs(trial: number): readonly EpochMetrics[]
  /** Checkpoint folders of a trial, in order of attempt; none for a study in memory. */
  checkpoints(trial: number): readonly string[]
  /** Releases the study. */
  close(): Promise<void>
}

/** The record of a study on disk, with the channel on which other processes reach its writer. */
export interface FileStudyStore extends StudyStore {
  readonly control: ControlServer
}

/** A study as any process may read it, without the lock. */
export interface StudySnapshot {
  readonly dir: string
  readonly document: StudyDocument
  /** Epochs by trial number. */
  readonly epochs: ReadonlyMap<number, readonly EpochMetrics[]>
  /** A manager holds the study now. */
  readonly live: boolean
}
