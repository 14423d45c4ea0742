import { rateAt } from './schedule.js'
import type { JobPort } from '../record/job-port.js'
import type { FinetuneTrainJob } from '../record/job.js'
import type { EpochMetrics } from '../record/metric.js'
import { throttle } from '../util/throttle.js'
import { paddedBatches, type Batch } from '../dataset/batches.js'
import type { PartialEpoch } from './checkpoint.js'
import { divergence } from './divergence.js'
import { tunedWeights } from './learned.js'
import type { Material } from './material.js'
import { epochOrder } from './order.js'
import { gradientSettings, type TrainSettings } from './settings.js'
import type { Evaluation } from './evaluate.js'
import type { Trainer } from './trainer.js'

/** Milliseconds between two reports of progress. */
const PROGRESS_EVERY = 300

export interface EpochRequest {
  readonly trainer: Trainer
  readonly job: FinetuneTrainJob
  readonly port: JobPort
  readonly material: Material
  readonly settings: TrainSettings
  /** From 1. */
  readonly epoch: number
  /** Steps of the whole run. */
  readonly totalSteps: number
  /** What an earlier attempt had done of this epoch; the trainer continues after those steps. */
  readonly resumed?: PartialEpoch | undefined
}

export type EpochResult =
  | { readonly kind: 'ended'; readonly metrics: EpochMetrics }
  /** The port requested a stop. */
  | { readonly kind: 'stopped'; readonly partial: PartialEpoch; readonly steps: number }
  | { readonly kind: 'diverged'; readonly message: string }

/** Runs one epoch, or what is left of it. A stop request takes effect between two steps. */
export async function runEpoch({
  trainer,
  job,
  port,
  material,
  settings,
  epoch,
  totalSteps,
  resumed,
}: EpochRequest): Promise<EpochResult> {
  const began = performance.now() - (resumed?.seconds ?? 0) * 1000
  const batches = batchesInOrder(job, material, settings, epoch)
  const gradient = gradientSettings(settings)
  const measureAfter = new Map(
    measuringSteps(batches.length, settings.evaluateEvery ?? 0).map(step => [
      step,
      step / batches.length,
    ]),
  )
  const within: Record<string, number> = { ...resumed?.within }
  let sum = resumed?.lossSum ?? 0
  let count = resumed?.lossCount ?? 0
  let learningRate = resumed?.learningRate ?? 0
  const seconds = () => (performance.now() - began) / 1000
  const microBatches = () => Math.max(trainer.microBatches, resumed?.microBatches ?? 1)
  const stopped = (step: number): EpochResult => ({
    kind: 'stopped',
    steps: batches.length,
    partial: {
      step,
      lossSum: sum,
      lossCount: count,
      learningRate,
      within,
      microBatches: microBatches(),
      seconds: seconds(),
    },
  })
  const diverged = (reason: string, step: number): EpochResult => ({
    kind: 'diverged',
    message: `${reason}, at step ${step} of ${batches.length}`,
  })
  const progress = throttle(PROGRESS_EVERY, port.progress)
  for (let i = resumed?.step ?? 0; i < batches.length; i++) {
    if (port.stopRequested()) return stopped(i)
    learningRate = rateAt(trainer.steps, { ...settings, totalSteps })
    const step = await trainer.step(batches[i]!, { ...settings, ...gradient, learningRate })
    if (!Number.isFinite(step.loss) || !Number.isFinite(step.norm))
      return diverged('the training loss is not a number any more', i + 1)
    sum += step.loss
    count += step.count
    progress({
      epoch,
      epochs: settings.epochs,
      step: i + 1,
      steps: batches.length,
      loss: sum / Math.max(1, count),
    })
    const share = measureAfter.get(i + 1)
    if (share === undefined) continue
    const { valLoss, reason } = measured(
      await trainer.evaluate(material.validation, gradient),
      material,
    )
    if (reason !== null) return diverged(reason, i + 1)
    within[`valLoss@${Number(share.toFixed(3))}`] = valLoss
  }
  if (port.stopRequested()) return stopped(batches.length)
  const { valLoss, reason, tokenAccuracy } = measured(
    await trainer.evaluate(material.validation, gradient),
    material,
  )
  if (reason !== null) return { kind: 'diverged', message: reason }
  const scores = material.score
    ? await material.score(
        tunedWeights(material.config, material.baseWeights, await trainer.weights(), settings.lora),
      )
    : {}
  const tokens = material.train.reduce((total, { ids }) => total + ids.length - 1, 0)
  const extra = {
    tokenAccuracy,
    perplexity: Math.exp(valLoss),
    ...scores,
    ...within,
    ...(microBatches() > 1 ? { microBatches: microBatches() } : {}),
  }
  return {
    kind: 'ended',
    metrics: { epoch, loss: sum / count, valLoss, learningRate, tokens, seconds: seconds(), extra },
  }
}

/**
 * The steps inside an epoch, from 1, after which the model is measured: each `every`-th part of the
 * epoch but its end.
 */
export function measuringSteps(steps: number, every: number): readonly number[] {
  if (every <= 0) return []
  const shares = Array.from({ length: Math.ceil(1 / every) - 1 }, (_, i) =>
    Math.round(every * (i + 1) * steps),
  )
  return [...new Set(shares)].filter(step => step > 0 && step < steps)
}

/** @returns `reason`, if the model has diverged */
function measured(
  { loss, count, correct }: Evaluation,
  { startValLoss, config }: Material,
): { valLoss: number; tokenAccuracy: number; reason: string | null } {
  const valLoss = loss / count
  return {
    valLoss,
    tokenAccuracy: correct / count,
    reason: divergence(valLoss, { startValLoss, vocabulary: config.vocabulary }),
  }
}

/** The batches of an epoch; the same for every attempt. */
export function batchesInOrder(
  { seed, trial }: FinetuneTrainJob,
  { train: examples, lengths }: Material,
  { batchSize }: TrainSettings,
  epoch: number,
): readonly Batch[] {
  return paddedBatches(examples, {
    batchSize,
    lengths,
    order: epochOrder(examples.length, { seed, trial, epoch }),
  })
}
