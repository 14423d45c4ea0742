export { judge, POLICY } from './judge.js'
export type { CurveHistory, Policy } from './judge.js'
export { LANGUAGES, reasonIn } from './reason.js'
export type { Language } from './reason.js'
export {
  estimatedDifferenceError,
  estimatedError,
  pairedError,
  ratioError,
  studentZ,
} from './evaluation-error.js'
export type { ExampleLoss } from '../record/finalist.js'
export type { ValidationSet } from './evaluation-error.js'
export { MOST_FINALISTS, overSeeds, rankFinalists } from './finalists.js'
export type { Finalist, Ranking, Standing } from './finalists.js'
export { adviceFor, generalisationGap } from './advice.js'
export type { Advice, Facts } from './advice.js'
export { adviceIn, rankingIn } from './advice-words.js'
export type { Said } from './advice-words.js'
export { rankOnTest } from './test-ranking.js'
export type { TestStanding } from './test-ranking.js'
export { seedsIn, spreadOf } from './seeds-words.js'
export type { Retrained } from './seeds-words.js'
export { noTestIn, plusMinus, testIn, testPendingIn } from './test-words.js'
export type { TestFacts } from './test-words.js'
export { judgeBy } from './stopping.js'
export type { Stopping } from './stopping.js'
export { RULES, ruleNamed, stopOf } from './rules/index.js'
export type { Losses, Rule } from './rules/index.js'
