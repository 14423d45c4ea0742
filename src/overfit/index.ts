export { judge, POLICY } from './judge.js'
export type { VerdictInput } from './judge.js'
export {
  estimatedDifferenceError,
  estimatedError,
  pairedError,
  ratioError,
  studentZ,
} from './evaluation-error.js'
export type { ExampleLoss } from '../record/finalist.js'
export { overSeeds, rankFinalists } from './finalists.js'
export type { Finalist, Ranking } from './finalists.js'
export { adviceFor, generalizationGap } from './advice.js'
export type { Advice, AdviceFacts } from './advice.js'
export { rankOnTest } from './test-ranking.js'
export type { TestRank } from './test-ranking.js'
export {
  adviceText,
  doubtfulRanking,
  rankingSentence,
  retrainingSentence,
  testAbsent,
  testPending,
  testSentences,
  verdictReason,
} from './words/index.js'
export type { Retrained } from './words/index.js'
export { meanAndDeviation, nats, plusMinus } from './words/number.js'
export { UNIT } from './words/unit.js'
export { judgeBy } from './stopping.js'
export { earlyStoppingRules, stopEpoch } from './rules/index.js'
