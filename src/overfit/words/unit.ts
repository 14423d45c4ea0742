import type { Unit } from '../../record/study.js'

/** How a unit of losses is written, in every language. */
export const UNIT: Readonly<Record<NonNullable<Unit>, string>> = { nats: 'nats/token' }

/** Training loss that moves by less, in nats, is reported as unchanged. */
export const TRAINING_LOSS_CHANGE = 0.05
