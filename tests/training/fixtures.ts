import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Engine } from '../../src/compile/index.js'
import { paddedBatches, bucketLengths } from '../../src/dataset/batches.js'
import type { Example } from '../../src/dataset/example.js'
import type { FinetuneTrainJob } from '../../src/record/job.js'
import type { JobPort } from '../../src/record/job-port.js'
import { runnablesOn } from '../../src/decoder/runnables.js'
import type { Material } from '../../src/training/material.js'
import { evaluateModel } from '../../src/training/evaluate.js'
import { keyedUniform } from '../../src/math/random.js'
import type { EpochMetrics } from '../../src/record/metric.js'
import type { Judgement } from '../../src/record/verdict.js'
import { tinyConfig, tinyWeights } from '../decoder/tiny-llama.js'

/** A folder for a file of tests, gone after them. */
export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tune-finetune-'))
  afterAll(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/**
 * The tiny Llama, and sequences that count up by a step of their own: something a model of its size
 * can learn.
 */
export async function tinyMaterial(engine: Engine): Promise<Material> {
  const config = tinyConfig(true)
  const weights = tinyWeights(config)
  const runnables = runnablesOn(engine)
  const [train, held] = [examples(22, 1), examples(6, 2)]
  const validation = paddedBatches(held, {
    batchSize: 4,
    lengths: bucketLengths(held),
    order: Int32Array.from(held, (_, i) => i),
  })
  const state = await engine.createState(weights)
  const { loss, count } = await evaluateModel(runnables, config, state, validation)
  return {
    engine,
    runnables,
    config,
    baseWeights: weights,
    state,
    train,
    lengths: bucketLengths(train),
    validation,
    validationTokens: count,
    startValLoss: loss / count,
  }
}

function examples(count: number, stream: number): Example[] {
  const uniform = keyedUniform([stream])
  return Array.from({ length: count }, () => {
    const [length, first, step] = [
      6 + Math.floor(uniform() * 16),
      Math.floor(uniform() * 29),
      1 + Math.floor(uniform() * 2),
    ]
    return {
      ids: Int32Array.from({ length }, (_, i) => (first + step * i) % 29),
      lossMask: Uint8Array.from({ length }, (_, i) => (i > 1 ? 1 : 0)),
    }
  })
}

export function trainJob(
  checkpointDir: string,
  changes: Partial<FinetuneTrainJob> = {},
): FinetuneTrainJob {
  return {
    kind: 'train',
    task: {
      kind: 'finetune',
      model: '/model',
      data: '/data',
      validation: 0.2,
      probes: [],
      training: {
        schedule: 'cosine',
        warmupSteps: 3,
        weightDecay: 0.01,
        clipNorm: 1,
        maxLength: 32,
      },
    },
    seed: 5,
    trial: 3,
    attempt: 1,
    params: { learningRate: 0.02, batchSize: 4, epochs: 5 },
    earlyStopping: 'verdict',
    epochCounts: [],
    checkpointDir,
    resumeFrom: [],
    ...changes,
  }
}

export interface Told {
  readonly port: JobPort
  readonly epochs: EpochMetrics[]
  readonly progress: Parameters<JobPort['progress']>[0][]
}

/** A port that listens, and judges as it is told. */
export function listen({
  stopAt = Infinity,
  judge,
}: {
  stopAt?: number
  judge?: (history: readonly EpochMetrics[]) => Partial<Judgement>
} = {}): Told {
  const epochs: EpochMetrics[] = []
  const progress: Told['progress'] = []
  const port: JobPort = {
    judge: history => ({
      kind: 'still-improving',
      reason: 'it falls',
      bestEpoch: 1,
      confidence: 1,
      stop: false,
      ...judge?.(history),
    }),
    epoch: metrics => epochs.push(metrics),
    progress: at => progress.push(at),
    stopRequested: () => epochs.length >= stopAt,
  }
  return { port, epochs, progress }
}

/** A history without its seconds, which no two runs share. */
export function curve(history: readonly EpochMetrics[]): readonly EpochMetrics[] {
  return history.map(metrics => ({ ...metrics, seconds: 0 }))
}
