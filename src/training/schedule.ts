import { unreachable } from '../errors.js'
import { DEFAULTS, type Schedule } from '../settings/index.js'

export interface RateOptions {
  readonly learningRate: number
  readonly schedule: Schedule
  readonly warmupSteps: number
  /** Share of the steps that warms up, rounded up; where above 0 it stands in for `warmupSteps`. */
  readonly warmupRatio?: number
  /** Share of the steps, rounded up, over which `wsd` falls to 0. */
  readonly decayRatio?: number
  /** Steps of the whole run; constant schedules with a warm-up in steps do not look at it. */
  readonly totalSteps: number
}

/**
 * Learning rate of a step.
 *
 * | symbol           | meaning                                     |
 * | ---------------- | ------------------------------------------- |
 * | `step` t         | from 0                                      |
 * | `totalSteps` T   | steps of the run                            |
 * | `warmupSteps` w  | η grows linearly from 0: η t / w for t < w  |
 * | `after`          | T − w                                       |
 * | `learningRate` η | the peak                                    |
 * | `falling` d      | `wsd`: steps of the linear decay at the end |
 *
 * After the warm-up: `constant` η; `linear` η (T − t) / (T − w); `cosine` η (1 + cos(π (t − w) /
 * (T − w))) / 2; `wsd` η min(1, (T − t) / d).
 *
 * Source: transformers.optimization, get_{constant,linear,cosine}_schedule_with_warmup and
 * get_wsd_schedule with a linear decay.
 */
export function rateAt(
  step: number,
  {
    learningRate,
    schedule,
    totalSteps,
    warmupRatio = DEFAULTS.warmupRatio,
    decayRatio = DEFAULTS.decayRatio,
    ...options
  }: RateOptions,
): number {
  const warmupSteps = warmupRatio > 0 ? Math.ceil(warmupRatio * totalSteps) : options.warmupSteps
  if (step < warmupSteps) return (learningRate * step) / Math.max(1, warmupSteps)
  const after = Math.max(1, totalSteps - warmupSteps)
  switch (schedule) {
    case 'constant':
      return learningRate
    case 'linear':
      return learningRate * Math.max(0, (totalSteps - step) / after)
    case 'cosine':
      return (
        learningRate * Math.max(0, 0.5 * (1 + Math.cos(Math.PI * ((step - warmupSteps) / after))))
      )
    case 'wsd': {
      const falling = Math.min(after, Math.ceil(decayRatio * totalSteps))
      return learningRate * Math.min(1, Math.max(0, (totalSteps - step) / Math.max(1, falling)))
    }
    default:
      return unreachable(schedule)
  }
}

/** Under such a schedule a short run is a prefix of a long one. */
export function isPrefixed({
  schedule,
  warmupRatio = DEFAULTS.warmupRatio,
}: Pick<RateOptions, 'schedule' | 'warmupRatio'>): boolean {
  return schedule === 'constant' && warmupRatio === 0
}
