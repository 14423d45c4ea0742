import { unreachable } from '../errors.js'
import type { Schedule } from '../record/study.js'

/**
 * Learning rate in the middle of an epoch, as a share of its peak.
 *
 * @param epoch from 1
 * @param epochs length of the schedule
 */
export function rateAt(schedule: Schedule, epoch: number, epochs: number): number {
  const progress = Math.min(1, (epoch - 0.5) / epochs)
  switch (schedule) {
    case 'constant':
      return 1
    case 'linear':
      return 1 - progress
    case 'cosine':
      return 0.5 * (1 + Math.cos(Math.PI * progress))
    default:
      return unreachable(schedule)
  }
}
