import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { keyedUniform } from '../math/random.js'
import type { FinetuneTrainJob, TrainResult } from '../record/job.js'
import type { JobPort } from '../record/job-port.js'
import type { EpochMetrics } from '../record/metric.js'
import type { LoraSpec } from '../settings/index.js'
import type { Verdict } from '../record/verdict.js'
import { optional } from '../util/optional.js'
import { adapterShape, initialAdapter } from '../decoder/adapter/lora.js'
import {
  epochInCheckpoint,
  shareCheckpoint,
  writeCheckpoint,
  type Checkpoint,
  type PartialEpoch,
} from './checkpoint.js'
import { batchesInOrder, runEpoch } from './epoch.js'
import type { Material } from './material.js'
import { resume } from './resume.js'
import { bestEpochNumber, retain, sweep } from './retain.js'
import { runIdentity } from './run-identity.js'
import { trainingVariant, trainSettings } from './settings.js'
import { createTrainer, type Trainer } from './trainer.js'

/** Purposes in the keys of streams, so that no other draw of a trial shares them. */
const DROPOUT = 0x64726f70
const ADAPTER = 0x6c6f7261

/**
 * Trains epoch by epoch until the budget is spent, the verdict ends it, it reaches the epoch after
 * which it pauses, the port asks to stop, or the model diverges.
 *
 * A stop request takes effect between two steps; the checkpoint `last` then holds the part of the
 * epoch that has run. A training that continues from a checkpoint gives, bit by bit, the losses and
 * weights of one that was never interrupted.
 */
export async function train(
  job: FinetuneTrainJob,
  port: JobPort,
  material: Material,
): Promise<TrainResult> {
  const settings = trainSettings(job.params, job.task.training)
  const { epochs } = settings
  const stepsPerEpoch = batchesInOrder(job, material, settings, 1).length
  const run = runIdentity(job, settings, stepsPerEpoch)
  const from = await resume(job, run)
  const { lora } = settings
  const key = [job.seed, job.trial]
  const trainer = await createTrainer(material.engine, material.config, {
    weights:
      from?.weights ??
      (lora
        ? initialAdapter(material.config, adapterShape(material.config, lora), [...key, ADAPTER])
        : material.baseWeights),
    ...optional({
      frozen: lora && material.state,
      resume: from?.moments ? { moments: from.moments, steps: from.steps } : undefined,
      fitting: material.fitting?.(settings.method),
    }),
    variant: trainingVariant(material.config, settings),
    dropoutKey: Math.floor(keyedUniform([...key, DROPOUT])() * 2 ** 32),
    runnables: material.runnables,
  })
  try {
    const history = [...(from?.history ?? [])]
    let verdict = history.length > 0 ? port.judge(history, material) : null
    for (let epoch = history.length + 1; epoch <= epochs; epoch++) {
      if (verdict?.stop && job.earlyStopping !== 'off')
        return await complete(job, history, verdict, 'verdict')
      if (history.length >= (job.pauseAfter ?? epochs) || !(await mayContinue(job, port, history)))
        return { kind: 'paused', history }
      if (port.stopRequested()) return { kind: 'stopped', history }
      const result = await runEpoch({
        trainer,
        job,
        port,
        material,
        settings,
        epoch,
        totalSteps: epochs * stepsPerEpoch,
        resumed: from && epoch === from.epoch + 1 ? from.partial : undefined,
      })
      if (result.kind === 'diverged') return { ...result, history, epoch }
      if (result.kind === 'stopped') {
        const { step } = result.partial
        if (step > 0) {
          await keepPartial(job, trainer, run, history, lora, result.partial)
          port.note?.(
            `stopped in epoch ${epoch}, after step ${step} of ${result.steps}; it continues there`,
          )
        }
        return { kind: 'stopped', history }
      }
      history.push(result.metrics)
      verdict = port.judge(history, material)
      await keep(job, trainer, run, history, lora)
      port.epoch(result.metrics, verdict)
    }
    return await complete(job, history, verdict!, 'budget')
  } finally {
    trainer.dispose()
  }
}

async function mayContinue(
  { awaitsDecision }: FinetuneTrainJob,
  port: JobPort,
  history: readonly EpochMetrics[],
): Promise<boolean> {
  return !awaitsDecision || history.length === 0 || (await port.mayContinue!(history))
}

/**
 * Checkpoints of the epoch that has just ended; `last` comes last, so that what it promises is
 * there.
 */
async function keep(
  job: FinetuneTrainJob,
  trainer: Trainer,
  run: string,
  history: readonly EpochMetrics[],
  adapter: LoraSpec | undefined,
): Promise<void> {
  const epoch = history.length
  const position = await trainerState(trainer, run, history, adapter)
  await retain(job, history, {
    epochIn: epochInCheckpoint,
    share: shareCheckpoint,
    write: dir => writeCheckpoint(dir, { ...position, moments: null }),
  })
  const best = join(job.checkpointDir, 'best')
  if (job.epochCounts.includes(epoch)) await shareCheckpoint(best, `${best}-${epoch}`)
  await writeCheckpoint(join(job.checkpointDir, 'last'), {
    ...position,
    moments: await trainer.moments(),
  })
  await sweep(job, history)
}

/** The checkpoint `last` inside an epoch: `history` ends with the epoch before. */
async function keepPartial(
  job: FinetuneTrainJob,
  trainer: Trainer,
  run: string,
  history: readonly EpochMetrics[],
  adapter: LoraSpec | undefined,
  partial: PartialEpoch,
): Promise<void> {
  await writeCheckpoint(join(job.checkpointDir, 'last'), {
    ...(await trainerState(trainer, run, history, adapter)),
    moments: await trainer.moments(),
    partial,
  })
}

async function trainerState(
  trainer: Trainer,
  run: string,
  history: readonly EpochMetrics[],
  adapter: LoraSpec | undefined,
): Promise<Omit<Checkpoint, 'moments'>> {
  const { steps } = trainer
  const weights = await trainer.weights()
  return { run, epoch: history.length, steps, history, weights, ...optional({ adapter }) }
}

/** Members with more epochs than have run share the best epoch of those that have. */
async function complete(
  job: FinetuneTrainJob,
  history: readonly EpochMetrics[],
  verdict: Verdict,
  stop: 'budget' | 'verdict',
): Promise<TrainResult> {
  const best = join(job.checkpointDir, 'best')
  for (const level of job.epochCounts) {
    const folder = `${best}-${level}`
    // A level that was passed before anyone asked for it can only be given while its best epoch is
    // still the best
    if (
      !existsSync(folder) &&
      bestEpochNumber(history.slice(0, level), job) === bestEpochNumber(history, job)
    )
      await shareCheckpoint(best, folder)
  }
  return { kind: 'complete', history, verdict, stop }
}
