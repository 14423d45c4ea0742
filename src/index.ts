/**
 * `tune` as a library.
 *
 * @example
 * const study = await createStudy({ name: 'answers', model: './m', data: 'd.jsonl' })
 * for await (const event of study.run()) console.log(event.type)
 * console.log(study.best?.params)
 * await study.export({ trial: 3 })
 *
 * @example
 * const { best } = await optimize({
 *   space: { lr: float(1e-5, 1e-1, { scale: 'log' }), act: choice('relu', 'gelu') },
 *   trials: 20,
 *   sampler: bayesian(),
 *   objective: trial => Math.abs(Math.log10(trial.params.lr) + 3),
 * })
 * console.log(best?.params)
 *
 * @example
 * const study = await openStudy('answers')
 * const trial = await study.ask()
 * await study.tell(trial, { valLoss: 0.3 })
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
export type { Curve } from './record/curve.js'
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
export type { Allocation, AllocationRequest, Allocator } from './search/contract/allocator.js'
export type {
  Promotion,
  PromotingPruner,
  Pruner,
  PruneRequest,
  StoppingPruner,
} from './search/contract/pruner.js'
export type { SampleRequest, Sampler, Suggestion } from './search/contract/sampler.js'
export { median, percentile } from './search/pruners/percentile.js'
export { auto } from './search/samplers/auto.js'
export { bayesian } from './search/samplers/bayesian.js'
export { cmaEs } from './search/samplers/cma-es.js'
export { grid } from './search/samplers/grid.js'
export { random } from './search/samplers/random.js'
export { halton, sobol } from './search/samplers/sequences.js'
export { tpe } from './search/samplers/tpe.js'
export type { Parameter, Params, Space } from './space/parameter.js'
export {
  choice,
  createStudy,
  defineTraining,
  deleteStudy,
  float,
  int,
  listStudies,
  NothingToTrain,
  openChat,
  openStudy,
  optimize,
  replayStudy,
  Study,
  TrialPruned,
  type AskAnswer,
  type AskedTrial,
  type AskTrialRequest,
  type Chat,
  type Compiled,
  type CompileRequest,
  type CompletedTrial,
  type Conditional,
  type CreatedStudy,
  type CreateRequest,
  type Dimension,
  type ExportRequest,
  type Listener,
  type ObjectiveTrial,
  type OptimizedTrial,
  type OptimizeOptions,
  type OptimizeResult,
  type PrunerChoice,
  type RangeOptions,
  type Refusal,
  type Replay,
  type Replayed,
  type Report,
  type Retried,
  type RetryRequest,
  type ReportAnswer,
  type ReportedEpoch,
  type RunRequest,
  type SamplerChoice,
  type OpenStudyOptions,
  type SearchSpace,
  type SpaceParams,
  type StudyEvent,
  type StudyPrunerChoice,
  type StudyReference,
  type StudyRequest,
  type StudySamplerChoice,
  type StudyRow,
  type StudyRun,
  type TellAnswer,
  type Trial,
  type TrialFailure,
  type TrialHandle,
  type TrialReference,
  type TrialResult,
  type TrialValue,
  type When,
} from './study/index.js'
