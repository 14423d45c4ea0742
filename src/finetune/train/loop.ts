import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine } from '../../compile/engine.js'
import type { HostTensor, Named } from '../../compile/program.js'
import type { EpochMetrics } from '../../record/metric.js'
import type { Verdict } from '../../record/verdict.js'
import { batchesOf, type Batch } from '../data/batches.js'
import type { Example } from '../data/example.js'
import type { JobPort, TrainJob, TrainResult } from '../job.js'
import type { DecoderConfig } from '../model/config.js'
import type { Runnables } from '../model/runnables.js'
import { shareCheckpoint, writeCheckpoint } from './checkpoint.js'
import { divergence } from './divergence.js'
import { epochOrder } from './order.js'
import { resume } from './resume.js'
import { rateAt } from './schedule.js'
import { trainSettings, type TrainSettings } from './settings.js'
import { createTrainer, type Trainer } from './trainer.js'

/** What a training works on. */
export interface Material {
  readonly engine: Engine
  readonly runnables: Runnables
  readonly config: DecoderConfig
  /** Of the model as it was given. */
  readonly weights: Named<HostTensor>
  readonly train: readonly Example[]
  /** Lengths that batches are padded to. */
  readonly lengths: readonly number[]
  readonly validation: readonly Batch[]
  /** Trained tokens in them. */
  readonly validationTokens: number
  /** Validation loss of the model as it was given, nats per token. */
  readonly startValLoss: number
}

/** Milliseconds between two tellings of progress. */
const PROGRESS_EVERY = 300

/**
 * Trains epoch by epoch until the budget is spent, the judge has seen enough, the port asks to stop, or the model diverges.
 *
 * A stop lets the running epoch end, so that nothing is lost. A training that goes on from a checkpoint gives, bit by
 * bit, what an unbroken one gives.
 */
export async function train(job: TrainJob, port: JobPort, material: Material): Promise<TrainResult> {
  const settings = trainSettings(job.params, job.task.training)
  const { epochs } = settings
  const stepsPerEpoch = batchesInOrder(job, material, settings, 1).length
  const run = runOf(job, settings, stepsPerEpoch)
  const from = await resume(job, run)
  const trainer = await createTrainer(material.engine, material.config, {
    weights: from?.weights ?? material.weights,
    ...(from?.moments ? { from: { moments: from.moments, steps: from.steps } } : {}),
    runnables: material.runnables,
  })
  try {
    const history = [...(from?.history ?? [])]
    let verdict = history.length > 0 ? port.judge(history, material) : null
    for (let epoch = history.length + 1; epoch <= epochs; epoch++) {
      if (verdict?.stop && job.stopOverfit) return await complete(job, history, verdict, 'verdict')
      if (port.stopRequested()) return { kind: 'stopped', history }
      const metrics = await runEpoch(trainer, job, port, material, settings, epoch, epochs * stepsPerEpoch)
      if (typeof metrics === 'string') return { kind: 'diverged', history, epoch, message: metrics }
      history.push(metrics)
      verdict = port.judge(history, material)
      await keep(job, trainer, run, history)
      port.epoch(metrics, verdict)
    }
    return await complete(job, history, verdict!, 'budget')
  } finally {
    trainer.dispose()
  }
}

/** @returns what the epoch gave, or in words why the model has diverged */
async function runEpoch(
  trainer: Trainer, job: TrainJob, port: JobPort, material: Material, settings: TrainSettings, epoch: number, totalSteps: number,
): Promise<EpochMetrics | string> {
  const began = performance.now()
  const batches = batchesInOrder(job, material, settings, epoch)
  let sum = 0
  let count = 0
  let learningRate = 0
  let told = -Infinity
  for (const [i, batch] of batches.entries()) {
    learningRate = rateAt(trainer.steps, { ...settings, totalSteps })
    const step = await trainer.step(batch, { ...settings, learningRate })
    if (!Number.isFinite(step.loss) || !Number.isFinite(step.norm)) return `the training loss is not a number any more, at step ${i + 1} of ${batches.length}`
    sum += step.loss
    count += step.count
    if (performance.now() - told >= PROGRESS_EVERY) {
      told = performance.now()
      port.progress({ epoch, epochs: settings.epochs, step: i + 1, steps: batches.length, loss: sum / Math.max(1, count) })
    }
  }
  const validation = await trainer.evaluate(material.validation)
  const valLoss = validation.loss / validation.count
  const why = divergence(valLoss, { startValLoss: material.startValLoss, vocabulary: material.config.vocabulary })
  if (why) return why
  const tokens = material.train.reduce((total, { ids }) => total + ids.length - 1, 0)
  return { epoch, loss: sum / count, valLoss, learningRate, tokens, seconds: (performance.now() - began) / 1000 }
}

function batchesInOrder({ seed, trial }: TrainJob, { train: examples, lengths }: Material, { batchSize }: TrainSettings, epoch: number): readonly Batch[] {
  return batchesOf(examples, { batchSize, lengths, order: epochOrder(examples.length, { seed, trial, epoch }) })
}

/** What two attempts must have in common for one to go on where the other stood. Only a constant rate forgets how many epochs were planned. */
function runOf({ seed, trial }: TrainJob, { epochs, ...settings }: TrainSettings, stepsPerEpoch: number): string {
  return JSON.stringify({ seed, trial, settings, stepsPerEpoch, ...(settings.schedule === 'constant' ? {} : { epochs }) })
}

/** Checkpoints of the epoch that has just ended; `last` comes last, so that what it promises is there. */
async function keep(job: TrainJob, trainer: Trainer, run: string, history: readonly EpochMetrics[]): Promise<void> {
  const epoch = history.length
  const weights = await trainer.weights()
  const standing = { run, epoch, steps: trainer.steps, history, weights }
  const best = join(job.checkpointDir, 'best')
  if (bestEpoch(history) === epoch) await writeCheckpoint(best, { ...standing, moments: null })
  if (job.levels.includes(epoch)) await shareCheckpoint(best, `${best}-${epoch}`)
  await writeCheckpoint(join(job.checkpointDir, 'last'), { ...standing, moments: await trainer.moments() })
}

/** Trials that asked for more epochs than have run share the best of those that have. */
async function complete(job: TrainJob, history: readonly EpochMetrics[], verdict: Verdict, stop: 'budget' | 'verdict'): Promise<TrainResult> {
  const best = join(job.checkpointDir, 'best')
  for (const level of job.levels) {
    const folder = `${best}-${level}`
    // A level that was passed before anyone asked for it can only be given while its best epoch is still the best
    if (!existsSync(folder) && bestEpoch(history.slice(0, level)) === bestEpoch(history)) await shareCheckpoint(best, folder)
  }
  return { kind: 'complete', history, verdict, stop }
}

/** The epoch with the lowest validation loss, from 1; the first of equals. */
export function bestEpoch(history: readonly EpochMetrics[]): number {
  return history.reduce((best, epoch) => (epoch.valLoss < best.valLoss ? epoch : best)).epoch
}
