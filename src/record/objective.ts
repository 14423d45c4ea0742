import type { EpochMetrics } from './metric.js'
import type { Direction } from './study.js'

/**
 * What the best epoch and the best trial of a fine-tuning may be chosen by. The scores are of
 * answers: see `ScoreSpec`.
 */
export const OBJECTIVES = [
  'valLoss',
  'perplexity',
  'tokenAccuracy',
  'exactMatch',
  'contains',
  'rougeL',
] as const
export type Objective = (typeof OBJECTIVES)[number]

/**
 * What a study of two objectives may weigh against each other: any of them, and the seconds of
 * training.
 */
export const MEASURES = [...OBJECTIVES, 'seconds'] as const
export type Measure = (typeof MEASURES)[number]

/** Objectives that need answers to be written after each epoch. */
export const SCORES: readonly Objective[] = ['exactMatch', 'contains', 'rougeL']

export function directionOf(measure: Measure): Direction {
  return measure === 'valLoss' || measure === 'perplexity' || measure === 'seconds'
    ? 'minimize'
    : 'maximize'
}

/** Times it, smaller is better whatever the direction. */
export function signOf(direction: Direction): 1 | -1 {
  return direction === 'minimize' ? 1 : -1
}

/** What of an epoch its objective is read off. */
export type Measured = Pick<EpochMetrics, 'epoch' | 'valLoss' | 'extra'>

/** An epoch's value of the objective; NaN where the epoch has none. */
export function objectiveOf(
  { valLoss, extra }: Measured,
  objective: Objective = 'valLoss',
): number {
  return objective === 'valLoss' ? valLoss : (extra?.[objective] ?? Number.NaN)
}
