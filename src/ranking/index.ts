export { bestEpoch, retainedEpochs, type BestEpoch, type Scoring } from './best-epoch.js'
