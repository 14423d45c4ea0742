export { bestEpoch, retainedEpochs, type BestEpoch, type Scoring } from './best-epoch.js'
export { leaderEstimates, type Contender, type SearchFacts } from './leader-estimates.js'
export { LEADERS, order, type Estimates, type Ranked } from './order.js'
export {
  estimatesOf,
  isBestSoFar,
  leadingTrainings,
  ranking,
  rankingSoFar,
  rankedOf,
  winner,
  type Rankable,
  type RankedTrial,
} from './ranked-trials.js'
export { winningEpoch } from './winning-epoch.js'
