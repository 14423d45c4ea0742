export { bestEpoch, retainedEpochs, type BestEpoch, type Scoring } from './best-epoch.js'
export { topTrialEstimates, type Contender, type SearchFacts } from './top-trial-estimates.js'
export { TOP_TRIALS, order, type Estimates, type Ranked } from './order.js'
export {
  currentEstimates,
  isBestSoFar,
  trainingsToKeep,
  ranking,
  rankingSoFar,
  rankEntry,
  winner,
  type Rankable,
  type RankedTrial,
} from './ranked-trials.js'
export { winningEpoch } from './winning-epoch.js'
