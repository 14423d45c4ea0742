import { unreachable } from '../errors.js'
import type { Schedule } from '../settings/index.js'

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
    case 'wsd':
      return Math.min(1, (1 - progress) / USUAL_DECAY)
    default:
      return unreachable(schedule)
  }
}

/**
 * Decay share of a warm-up–stable–decay schedule unless a study sets it. It only decides how long a
 * rise may be waited for.
 */
const USUAL_DECAY = 0.2

/**
 * Whether a rise of the loss may come from a high learning rate, so that annealing reverses it.
 *
 * Measured on 1,600 curves under a cosine: of rises of more than three times what training had
 * gained, 15% of that gain was still to come at 80% of the peak rate, 7% at 45%, 4% at 27%, and
 * nothing below 20%. Of smaller rises 8% at 80%, and under 3% below 70%.
 *
 * @param rise loss above its lowest, in units of the drop so far
 */
export function mayReverse(
  schedule: Schedule | null,
  epoch: number,
  epochs: number,
  rise: number,
): boolean {
  if (schedule === null || schedule === 'constant') return false
  return (
    rateAt(schedule, epoch, epochs) >
    (rise > LARGE_RISE ? LOW_RATE_LARGE_RISE : LOW_RATE_SMALL_RISE)
  )
}

const LARGE_RISE = 3
const LOW_RATE_LARGE_RISE = 0.2
const LOW_RATE_SMALL_RISE = 0.7
