import type { Measure, Objective } from '../settings/index.js'
import type { EpochMetrics } from './metric.js'
import type { Direction } from './study.js'

/** Objectives that need answers to be written after each epoch. */
export const SCORES: readonly Objective[] = ['exactMatch', 'contains', 'rougeL']

export function objectiveDirection(measure: Measure): Direction {
  return measure === 'valLoss' || measure === 'perplexity' || measure === 'seconds'
    ? 'minimize'
    : 'maximize'
}

/** Times it, smaller is better whatever the direction. */
export function directionSign(direction: Direction): 1 | -1 {
  return direction === 'minimize' ? 1 : -1
}

/** What of an epoch its objective is read off. */
export type Measured = Pick<EpochMetrics, 'epoch' | 'valLoss' | 'extra'>

/** An epoch's value of the objective; NaN where the epoch has none. */
export function objectiveValue(
  { valLoss, extra }: Measured,
  objective: Objective = 'valLoss',
): number {
  return objective === 'valLoss' ? valLoss : (extra?.[objective] ?? Number.NaN)
}
