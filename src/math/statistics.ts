import { max, mean, median, min, quantile, sampleStandardDeviation, sum } from 'simple-statistics'

export { max, mean, median, min, quantile, sampleStandardDeviation, sum }
