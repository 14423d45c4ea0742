import { unreachable } from '../../errors.js'
import type { Schedule } from '../../record/study.js'

export interface RateOptions {
  readonly learningRate: number
  readonly schedule: Schedule
  readonly warmupSteps: number
  /** Steps of the whole run; constant schedules do not look at it. */
  readonly totalSteps: number
}

/**
 * Learning rate of a step, counted from 0: a straight climb from 0, then level, straight to 0, or half a cosine to 0.
 *
 * Source: transformers.optimization, get_{constant,linear,cosine}_schedule_with_warmup.
 */
export function rateAt(step: number, { learningRate, schedule, warmupSteps, totalSteps }: RateOptions): number {
  if (step < warmupSteps) return (learningRate * step) / Math.max(1, warmupSteps)
  const after = Math.max(1, totalSteps - warmupSteps)
  switch (schedule) {
    case 'constant':
      return learningRate
    case 'linear':
      return learningRate * Math.max(0, (totalSteps - step) / after)
    case 'cosine':
      return learningRate * Math.max(0, 0.5 * (1 + Math.cos(Math.PI * ((step - warmupSteps) / after))))
    default:
      return unreachable(schedule)
  }
}
