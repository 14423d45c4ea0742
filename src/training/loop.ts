import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Engine, State } from '../compile/engine.js'
import type { HostTensor, Named } from '../compile/program.js'
import { keyedUniform } from '../math/random.js'
import type { EpochMetrics } from '../record/metric.js'
import { bestEpochBy } from '../record/objective.js'
import type { LoraSpec, Method } from '../record/study.js'
import type { Verdict } from '../record/verdict.js'
import { batchesOf, type Batch } from '../dataset/batches.js'
import type { Example } from '../dataset/example.js'
import type { FinetuneTrainJob, TrainResult } from '../record/job.js'
import type { JobPort } from '../record/job-port.js'
import { adapterShape, initialAdapter } from '../decoder/adapter/lora.js'
import type { DecoderConfig } from '../decoder/config.js'
import type { Runnables } from '../decoder/runnables.js'
import type { Scores } from './score/scores.js'
import { shareCheckpoint, writeCheckpoint } from './checkpoint.js'
import { divergence } from './divergence.js'
import { learned } from './learned.js'
import type { Fitting } from './micro-batch.js'
import { epochOrder } from './order.js'
import { resume } from './resume.js'
import { isPrefixed, rateAt } from './schedule.js'
import { recipeOf, slopeSettings, trainSettings, type TrainSettings } from './settings.js'
import { createTrainer, type Evaluation, type Trainer } from './trainer.js'
import { throttle } from '../util/throttle.js'

/** What a training works on. */
export interface Material {
  readonly engine: Engine
  readonly runnables: Runnables
  readonly config: DecoderConfig
  /** Of the model as it was given. */
  readonly weights: Named<HostTensor>
  /** The same, with the engine: what an adapter learns beside. */
  readonly state: State
  readonly train: readonly Example[]
  /** Lengths that batches are padded to. */
  readonly lengths: readonly number[]
  readonly validation: readonly Batch[]
  /** Trained tokens in them. */
  readonly validationTokens: number
  /** Validation loss of the model as it was given, nats per token. */
  readonly startValLoss: number
  /** What fits into memory at once; whole batches when left out. */
  readonly fitting?: (method: Method) => Fitting
  /** Scores of weights that have learned, where the study asks for them. */
  readonly score?: (weights: Named<HostTensor>) => Promise<Scores>
}

/** Milliseconds between two tellings of progress. */
const PROGRESS_EVERY = 300

/** Purposes in the keys of streams, so that no other draw of a trial shares them. */
const DROPOUT = 0x64726f70
const ADAPTER = 0x6c6f7261

/**
 * Trains epoch by epoch until the budget is spent, the judge has seen enough, it comes to where it
 * is to pause, the port asks to stop, or the model diverges.
 *
 * A stop lets the running epoch end, so that nothing is lost. A training that goes on from a
 * checkpoint gives, bit by bit, what an unbroken one gives.
 */
export async function train(
  job: FinetuneTrainJob,
  port: JobPort,
  material: Material,
): Promise<TrainResult> {
  const settings = trainSettings(job.params, job.task.training)
  const { epochs } = settings
  const stepsPerEpoch = batchesInOrder(job, material, settings, 1).length
  const run = runOf(job, settings, stepsPerEpoch)
  const from = await resume(job, run)
  const { lora } = settings
  const key = [job.seed, job.trial]
  const trainer = await createTrainer(material.engine, material.config, {
    weights:
      from?.weights ??
      (lora
        ? initialAdapter(material.config, adapterShape(material.config, lora), [...key, ADAPTER])
        : material.weights),
    ...(lora ? { frozen: material.state } : {}),
    ...(from?.moments ? { from: { moments: from.moments, steps: from.steps } } : {}),
    recipe: recipeOf(material.config, settings),
    dropoutKey: Math.floor(keyedUniform([...key, DROPOUT])() * 2 ** 32),
    ...(material.fitting ? { fitting: material.fitting(settings.method) } : {}),
    runnables: material.runnables,
  })
  try {
    const history = [...(from?.history ?? [])]
    let verdict = history.length > 0 ? port.judge(history, material) : null
    for (let epoch = history.length + 1; epoch <= epochs; epoch++) {
      if (verdict?.stop && job.earlyStopping)
        return await complete(job, history, verdict, 'verdict')
      if (history.length >= (job.pauseAfter ?? epochs) || !(await mayContinue(job, port, history)))
        return { kind: 'paused', history }
      if (port.stopRequested()) return { kind: 'stopped', history }
      const metrics = await runEpoch(
        trainer,
        job,
        port,
        material,
        settings,
        epoch,
        epochs * stepsPerEpoch,
      )
      if (typeof metrics === 'string') return { kind: 'diverged', history, epoch, message: metrics }
      history.push(metrics)
      verdict = port.judge(history, material)
      await keep(job, trainer, run, history, lora)
      port.epoch(metrics, verdict)
    }
    return await complete(job, history, verdict!, 'budget')
  } finally {
    trainer.dispose()
  }
}

async function mayContinue(
  { awaitsDecision: asks }: FinetuneTrainJob,
  port: JobPort,
  history: readonly EpochMetrics[],
): Promise<boolean> {
  return !asks || history.length === 0 || (await port.mayContinue!(history))
}

/** @returns what the epoch gave, or in words why the model has diverged */
async function runEpoch(
  trainer: Trainer,
  job: FinetuneTrainJob,
  port: JobPort,
  material: Material,
  settings: TrainSettings,
  epoch: number,
  totalSteps: number,
): Promise<EpochMetrics | string> {
  const began = performance.now()
  const batches = batchesInOrder(job, material, settings, epoch)
  const slope = slopeSettings(settings)
  const measureAfter = new Map(
    measuringSteps(batches.length, settings.evaluateEvery ?? 0).map(step => [
      step,
      step / batches.length,
    ]),
  )
  const within: Record<string, number> = {}
  let sum = 0
  let count = 0
  let learningRate = 0
  const progress = throttle(PROGRESS_EVERY, port.progress)
  for (const [i, batch] of batches.entries()) {
    learningRate = rateAt(trainer.steps, { ...settings, totalSteps })
    const step = await trainer.step(batch, { ...settings, ...slope, learningRate })
    if (!Number.isFinite(step.loss) || !Number.isFinite(step.norm))
      return `the training loss is not a number any more, at step ${i + 1} of ${batches.length}`
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
    const { valLoss, why } = measured(await trainer.evaluate(material.validation, slope), material)
    if (why) return `${why}, at step ${i + 1} of ${batches.length}`
    within[`valLoss@${Number(share.toFixed(3))}`] = valLoss
  }
  const { valLoss, why, tokenAccuracy } = measured(
    await trainer.evaluate(material.validation, slope),
    material,
  )
  if (why) return why
  const scores = material.score
    ? await material.score(
        learned(material.config, material.weights, await trainer.weights(), settings.lora),
      )
    : {}
  const tokens = material.train.reduce((total, { ids }) => total + ids.length - 1, 0)
  const parts = trainer.parts > 1 ? { microBatches: trainer.parts } : {}
  const extra = { tokenAccuracy, perplexity: Math.exp(valLoss), ...scores, ...within, ...parts }
  return {
    epoch,
    loss: sum / count,
    valLoss,
    learningRate,
    tokens,
    seconds: (performance.now() - began) / 1000,
    extra,
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

/** @returns `why`, in words, where the model has diverged */
function measured(
  { loss, count, correct }: Evaluation,
  { startValLoss, config }: Material,
): { valLoss: number; tokenAccuracy: number; why: string | null } {
  const valLoss = loss / count
  return {
    valLoss,
    tokenAccuracy: correct / count,
    why: divergence(valLoss, { startValLoss, vocabulary: config.vocabulary }),
  }
}

function batchesInOrder(
  { seed, trial }: FinetuneTrainJob,
  { train: examples, lengths }: Material,
  { batchSize }: TrainSettings,
  epoch: number,
): readonly Batch[] {
  return batchesOf(examples, {
    batchSize,
    lengths,
    order: epochOrder(examples.length, { seed, trial, epoch }),
  })
}

/**
 * What two attempts must have in common for one to go on where the other stood. Only a constant
 * rate forgets how many epochs were planned.
 */
function runOf(
  { seed, trial, objective, trialScore }: FinetuneTrainJob,
  { epochs, ...settings }: TrainSettings,
  stepsPerEpoch: number,
): string {
  return JSON.stringify({
    seed,
    trial,
    settings,
    stepsPerEpoch,
    ...(objective ? { objective } : {}),
    ...(trialScore ? { trialScore } : {}),
    ...(isPrefixed(settings) ? {} : { epochs }),
  })
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
  const weights = await trainer.weights()
  const standing = {
    run,
    epoch,
    steps: trainer.steps,
    history,
    weights,
    ...(adapter ? { adapter } : {}),
  }
  const best = join(job.checkpointDir, 'best')
  if (bestEpoch(history, job) === epoch) await writeCheckpoint(best, { ...standing, moments: null })
  if (job.epochCounts.includes(epoch)) await shareCheckpoint(best, `${best}-${epoch}`)
  await writeCheckpoint(join(job.checkpointDir, 'last'), {
    ...standing,
    moments: await trainer.moments(),
  })
}

/** Trials that asked for more epochs than have run share the best of those that have. */
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
    if (!existsSync(folder) && bestEpoch(history.slice(0, level), job) === bestEpoch(history, job))
      await shareCheckpoint(best, folder)
  }
  return { kind: 'complete', history, verdict, stop }
}

/**
 * The epoch that the trial counts by, from 1. A training whose epochs have no value of its
 * objective, which cannot be ranked, keeps its first.
 */
export function bestEpoch(
  history: readonly EpochMetrics[],
  by: Pick<FinetuneTrainJob, 'objective' | 'trialScore'> = {},
): number {
  return bestEpochBy(history, by)?.epoch ?? 1
}
