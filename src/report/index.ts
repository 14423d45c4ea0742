export { amount, improvementLine } from './improvement.js'
export { bestSoFar, bestSoFarSummary, learningCurves, scatters, type Scatter } from './charts.js'
export { dataReportLines, dataReportShort, remarkLines, sampleTitle } from './data-report.js'
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
export type { Params, TrialView } from './trial.js'
export type { Progress, StudyFacts, StudyView } from './view.js'
export { english } from './words/en.js'
export { reportWords, settingName, studyStateKey } from './words/index.js'
export type { ReportWords } from './words/words.js'
export { LANGUAGES, type Language } from '../record/language.js'
