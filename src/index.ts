/**
 * `tune` as a library: what the commands do, as functions.
 *
 * @example
 * import { createStudy, runStudy } from 'tune'
 * await createStudy({ name: 'answers', model: './my-model', data: 'answers.jsonl', probes: ['Who
 * are you?'] }) const study = await runStudy({ name: 'answers', on: event =>
 * console.log(event.type) })
 *
 * @module
 */
export { UserError } from './errors.js'
export type {
  ExportRecord,
  Preparation,
  ProbeAnswer,
  StudyDocument,
  StudyState,
} from './record/document.js'
export type { EpochMetrics } from './record/metric.js'
export type { FinetuneTask, StudySpec } from './record/study.js'
export type { TrainingSpec } from './settings/index.js'
export type { Task } from './record/task.js'
export type { CommandTask } from './kinds/command/task.js'
export type { ModuleTask } from './kinds/module/task.js'
export type {
  CompleteTrial,
  FailedTrial,
  Failure,
  FinishedTrial,
  PrunedTrial,
  RunningTrial,
  TrialRecord,
  WaitingTrial,
} from './record/trial.js'
export type { Verdict, VerdictKind } from './record/verdict.js'
export type { StudyView, TrialView } from './report/index.js'
export type { Parameter, Params, Space } from './space/parameter.js'
export {
  createStudy,
  defineTraining,
  deleteStudy,
  exportStudy,
  listStudies,
  openChat,
  replayStudy,
  runStudy,
  showStudy,
  stopStudy,
  type Chat,
  type Compiled,
  type CompileRequest,
  type CreatedStudy,
  type CreateRequest,
  type ExportRequest,
  type Replay,
  type Replayed,
  type Report,
  type Listener,
  type RunRequest,
  type StudyEvent,
  type StudyRow,
  type Trial,
} from './study/index.js'
