export { amount, improvementLine } from './improvement.js'
export {
  bestSoFar,
  bestSoFarSummary,
  learningCurves,
  scatters,
  type BestSoFarPoint,
  type LearningCurves,
  type Scatter,
  type ScatterPoint,
} from './charts.js'
export { dataReportLines, dataReportShort, sampleTitle, type DataLine } from './data-report.js'
export { calibrationLine, predictionLine } from './prediction.js'
export * as format from './format.js'
export { testFinalists, retrainedTrials } from './finalists.js'
export { resultLine, sharingLine, statusLine } from './headline.js'
export {
  leaderboard,
  rankedBy,
  ranksByOtherValue,
  type Cell,
  type Column,
  type Leaderboard,
  type Row,
} from './leaderboard.js'
export { modelCard } from './model-card.js'
export { outlierFence } from './outliers.js'
export { progressShare, studyProgress, type TrialCost } from './progress.js'
export { inLeaderboardOrder } from './leaderboard-order.js'
export { studyView } from './study-view.js'
export { retrainedTable } from './retrained.js'
export { finalistsTable } from './test-view.js'
export { studySummary, type StudySummary } from './summary.js'
export { leaderboardCsv, leaderboardRecords } from './table-files.js'
export type {
  EpochPoint,
  FailureKind,
  Params,
  PredictionView,
  TrialState,
  TrialView,
} from './trial.js'
export type {
  BestView,
  Calibration,
  DefaultsView,
  Overfitted,
  Progress,
  Saved,
  StudyFacts,
  StudyView,
  TestView,
  TrustView,
} from './view.js'
export { english } from './words/en.js'
export { reportWords, settingName, studyStateKey } from './words/index.js'
export type { ReportWords, Term } from './words/words.js'
export { LANGUAGES, type Language } from '../record/language.js'
