export { openChat, type Chat } from './chat.js'
export { createStudyFiles, type CreatedStudy, type CreateRequest } from './create.js'
export {
  createStudy,
  NothingToTrain,
  openStudy,
  Study,
  type OpenStudyOptions,
  type StudyRequest,
  type TrialHandle,
} from './study.js'
export { StudyRun } from './study-run.js'
export { inspectData, inspectRecord, type DataRequest } from './inspect-data.js'
export type {
  ExternalDefinition,
  FinetuneDefinition,
  StudyDefinition,
} from './definition/schema.js'
export type { Listener, StudyEvent } from './events.js'
export { exportStudy, type ExportRequest } from './session/export.js'
export { winner } from '../ranking/index.js'
export { trialPlan, trialsPlanned } from './decision/plan.js'
export { searches } from '../search/registry.js'
export { replayStudy, type Replay, type Replayed } from './decision/replay.js'
export { runStudy, type RunRequest } from './session/run.js'
export { deleteStudy, listStudies, showStudy, stopStudy, type StudyRow } from './library.js'
export {
  defineTraining,
  type Compiled,
  type CompileRequest,
  type Report,
  type Trial,
} from '../trial/index.js'
export {
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
  type TrialReference,
} from './control.js'
export type {
  AskAnswer,
  AskedTrial,
  Refusal,
  ReportAnswer,
  ReportedEpoch,
  TellAnswer,
  TrialFailure,
  TrialResult,
  TrialValue,
} from './ask-tell/protocol.js'
export {
  choice,
  float,
  int,
  type Conditional,
  type Dimension,
  type RangeOptions,
  type SearchSpace,
  type SpaceParams,
  type When,
} from './optimize/space.js'
export { optimize } from './optimize/optimize.js'
export type { OptimizeOptions } from './optimize/options.js'
export type { CompletedTrial, OptimizedTrial, OptimizeResult } from './optimize/result.js'
export type {
  PrunerChoice,
  SamplerChoice,
  StudyPrunerChoice,
  StudySamplerChoice,
} from './chosen-strategies.js'
export { TrialPruned, type ObjectiveTrial } from './optimize/trial.js'
export type { Retried, RetryRequest } from './trials/retry.js'
export { STOPPED_ON_REQUEST } from './trials/end.js'
