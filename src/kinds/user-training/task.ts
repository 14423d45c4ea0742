import { z } from 'zod'
import { SCHEDULES, type Schedule } from '../../settings/index.js'

/** What is recorded of any training that a user brings. */
export interface UserTask {
  /** It saves what it needs to continue after any epoch, so its trials may be paused. */
  readonly pausable?: boolean
  /**
   * How its learning rate moves; null if study.yaml does not say. Under `constant`, trials that
   * differ in epochs alone share a run.
   */
  readonly schedule: Schedule | null
}

/** Fields of its record. */
export const userTask = {
  schedule: z.enum(SCHEDULES).nullable(),
  pausable: z.boolean().exactOptional(),
}
