export { amount, gainLine } from './against-defaults.js'
export {
  bestSoFar,
  bestSoFarSummary,
  curves,
  scatters,
  type BestSoFarPoint,
  type Curve,
  type Scatter,
  type ScatterPoint,
} from './charts.js'
export { dataReportLines, dataReportShort, sampleTitle, type DataLine } from './data-report.js'
export { calibrationLine, expectedLine } from './expectation.js'
export * as format from './format.js'
export { finalistsOf, retrainedTrials } from './finalists.js'
export { resultLine, savedLine, statusLine } from './headline.js'
export {
  leaderboard,
  rankedBy,
  type Cell,
  type Column,
  type Leaderboard,
  type Row,
} from './leaderboard.js'
export { modelCard } from './model-card.js'
export { ceilingOf } from './outliers.js'
export { progressOf, progressText, shareOf, type Costed } from './progress.js'
export { inLeaderboardOrder, ranking, rankingSoFar, type Ranked } from './ranking.js'
export { studyView } from './study-view.js'
export { retrainedTable } from './retrained.js'
export { finalistsTable } from './test-view.js'
export { studySummary, type StudySummary } from './summary.js'
export { leaderboardCsv, leaderboardRecords } from './table-files.js'
export type {
  BestView,
  Calibration,
  DefaultsView,
  ExpectedView,
  EpochPoint,
  Overfitted,
  Params,
  Progress,
  Saved,
  StudyFacts,
  StudyView,
  TestView,
  TrialState,
  TrialView,
  TrustView,
} from './view.js'
export {
  FAILURE_WORDS,
  MEASURE_WORDS,
  OBJECTIVE_WORDS,
  OWN_LOSS_MEANING,
  PERPLEXITY_MEANING,
  studyStateWord,
  TRIAL_STATE_WORDS,
  TRUST_WORDS,
  VALIDATION_LOSS_MEANING,
  VERDICT_WORDS,
  type Word,
} from './words.js'
export { LANGUAGES, type Language } from '../record/language.js'
