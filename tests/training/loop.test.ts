import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { FinetuneTrainJob, TrainResult } from '../../src/record/job.js'
import type { JobPort } from '../../src/record/job-port.js'
import type { EpochMetrics } from '../../src/record/metric.js'
import { readCheckpoint } from '../../src/training/checkpoint.js'
import { divergence } from '../../src/training/divergence.js'
import { train } from '../../src/training/loop.js'
import { bestEpochNumber } from '../../src/training/retain.js'
import type { Material } from '../../src/training/material.js'
import { epochOrder } from '../../src/training/order.js'
import { evaluateModel } from '../../src/training/evaluate.js'
import { engineFor } from '../decoder/engines.js'
import { curve, listen, temporaryFolder, tinyMaterial, trainJob, type Told } from './fixtures.js'

const engine = engineFor('onnxruntime')
const root = temporaryFolder()
let folders = 0
const folder = (): string => join(root, String(folders++))

let made: Promise<Material> | undefined
const material = async (): Promise<Material> => (made ??= tinyMaterial(await engine()))
const run = async (job: FinetuneTrainJob, told: Told = listen()): Promise<TrainResult> =>
  train(job, told.port, await material())

describe('a training', () => {
  it('learns, and tells each epoch once its checkpoint is on disk', async () => {
    const job = trainJob(folder())
    const told = listen()
    const onDisk: number[] = []
    const port = {
      ...told.port,
      epoch: (...[metrics, verdict]: Parameters<typeof told.port.epoch>) => {
        told.port.epoch(metrics, verdict)
        onDisk.push(
          (
            JSON.parse(readFileSync(join(job.checkpointDir, 'last', 'manifest.json'), 'utf8')) as {
              epoch: number
            }
          ).epoch,
        )
      },
    }
    const result = await train(job, port, await material())
    expect(result).toMatchObject({ kind: 'complete', stop: 'budget', history: told.epochs })
    expect(onDisk).toEqual([1, 2, 3, 4, 5])
    expect(told.epochs.at(-1)!.valLoss).toBeLessThan((await material()).startValLoss - 0.5)
    const { train: examples } = await material()
    for (const { tokens } of told.epochs)
      expect(tokens).toBe(examples.reduce((sum, { ids }) => sum + ids.length - 1, 0))
    expect(told.progress[0]).toMatchObject({ epoch: 1, epochs: 5, step: 1, steps: 6 })
  })

  it('gives the same bits twice, and others for another trial', async () => {
    const once = async (changes: Partial<FinetuneTrainJob> = {}): Promise<unknown> =>
      curve((await run(trainJob(folder(), changes))).history)
    const first = await once()
    expect(await once()).toEqual(first)
    expect(await once({ trial: 4 })).not.toEqual(first)
  })

  it('leaves the best epoch in best/: its weights give the loss that was recorded', async () => {
    const job = trainJob(folder(), { params: { learningRate: 0.3, batchSize: 4, epochs: 5 } })
    const { history } = await run(job)
    const best = await readCheckpoint(join(job.checkpointDir, 'best'))
    expect(best!.epoch).toBe(bestEpochNumber(history))
    expect(best!.moments).toBeNull()
    const { engine, runnables, config, validation } = await material()
    const { loss, count } = await evaluateModel(
      runnables,
      config,
      await engine.createState(best!.weights),
      validation,
    )
    expect(loss / count).toBe(history[best!.epoch - 1]!.valLoss)
  })

  it('keeps for each count of epochs that others asked for the best up to it', async () => {
    // The judge's stop comes after three: a trial that asked for four shares what there is
    const job = trainJob(folder(), {
      epochCounts: [1, 2, 4],
      params: { learningRate: 0.1, batchSize: 4, epochs: 5 },
    })
    const { history } = await run(job, listen({ judge: past => ({ stop: past.length === 3 }) }))
    expect(history.length).toBe(3)
    for (const level of job.epochCounts) {
      const kept = await readCheckpoint(join(job.checkpointDir, `best-${level}`))
      expect(kept!.epoch).toBe(bestEpochNumber(history.slice(0, level)))
    }
  })

  it('ends when the judge says so', async () => {
    const result = await run(
      trainJob(folder()),
      listen({ judge: past => ({ stop: past.length === 2, kind: 'overfit' }) }),
    )
    expect(result).toMatchObject({
      kind: 'complete',
      stop: 'verdict',
      verdict: { kind: 'overfit' },
    })
    expect(result.history.length).toBe(2)
  })

  it('goes on against the judge where early stopping is off', async () => {
    const result = await run(
      trainJob(folder(), { earlyStopping: 'off' }),
      listen({ judge: () => ({ stop: true }) }),
    )
    expect(result).toMatchObject({ kind: 'complete', stop: 'budget' })
    expect(result.history.length).toBe(5)
  })

  it('stops between two steps, with a checkpoint of the part of the epoch that has run', async () => {
    const job = trainJob(folder())
    const told = listen()
    const notes: string[] = []
    const result = await train(
      job,
      { ...stopAtStep(told, 6 + 2), note: message => notes.push(message) },
      await material(),
    )
    expect(result).toEqual({ kind: 'stopped', history: told.epochs })
    expect(result.history.length).toBe(1)
    expect(notes).toEqual(['stopped in epoch 2, after step 2 of 6; it continues there'])
    expect(await readCheckpoint(join(job.checkpointDir, 'last'))).toMatchObject({
      epoch: 1,
      steps: 8,
      partial: { step: 2 },
    })
  })

  it('that explodes is reported as diverged, with the epochs before it', async () => {
    const result = await run(
      trainJob(folder(), {
        params: {
          ...{ learningRate: 1, optimizer: 'lion', batchSize: 4 },
          ...{ epochs: 5, clipNorm: 0, warmupSteps: 0 },
        },
      }),
    )
    if (result.kind !== 'diverged') throw new Error(`it ended as ${result.kind}`)
    expect(result.message).toMatch(/validation loss|not a number/)
    expect(result.history.length).toBe(result.epoch - 1)
    expect(
      result.history.every(
        ({ loss, valLoss }) => Number.isFinite(loss) && Number.isFinite(valLoss),
      ),
    ).toBe(true)
  })

  it.each([
    [{ batchSize: 4, epochs: 2 }, /learningRate: is missing/],
    [{ learningRate: -1, batchSize: 4, epochs: 2 }, /learningRate: is -1/],
    [{ learningRate: 0.1, batchSize: 2.5, epochs: 2 }, /batchSize: is 2.5/],
    [{ learningRate: 0.1, batchSize: 4, epochs: 0 }, /epochs: is 0/],
    [{ learningRate: 0.1, batchSize: 4, epochs: 2, clipNorm: 'much' }, /clipNorm: is "much"/],
  ])('refuses %j', async (params, message) => {
    await expect(run(trainJob(folder(), { params }))).rejects.toThrow(message)
  })
})

describe('a training that was interrupted', () => {
  const broken = async (
    changes: Partial<FinetuneTrainJob> = {},
  ): Promise<{ job: FinetuneTrainJob; whole: TrainResult }> => {
    const whole = await run(trainJob(folder(), changes))
    const job = trainJob(folder(), changes)
    await run(job, listen({ stopAt: 2 }))
    return { job, whole }
  }

  it('goes on and gives, bit by bit, what an unbroken one gives', async () => {
    const changes = { epochCounts: [1, 3] }
    const { job, whole } = await broken(changes)
    const told = listen()
    const next = trainJob(folder(), { ...changes, attempt: 2, resumeFrom: [job.checkpointDir] })
    const result = await run(next, told)
    expect(told.epochs.map(({ epoch }) => epoch)).toEqual([3, 4, 5])
    expect(curve(result.history)).toEqual(curve(whole.history))
    for (const name of ['best', 'best-1', 'best-3'])
      expect(existsSync(join(next.checkpointDir, name)), name).toBe(true)
    expect(readdirSync(next.checkpointDir).sort()).toEqual(['best', 'best-1', 'best-3', 'last'])
  })

  it.each([1, 3, 5, 6, 7, 11, 12, 13, 29, 30])(
    'stopped after step %i of 30 continues to the same losses and weights, bit by bit',
    async steps => {
      const changes: Partial<FinetuneTrainJob> = { task: measuredWithin }
      const uninterrupted = trainJob(folder(), changes)
      const whole = await run(uninterrupted)
      const job = trainJob(folder(), changes)
      expect(await train(job, stopAtStep(listen(), steps), await material())).toMatchObject({
        kind: 'stopped',
      })
      const next = trainJob(folder(), { ...changes, attempt: 2, resumeFrom: [job.checkpointDir] })
      const result = await run(next)
      expect(curve(result.history)).toEqual(curve(whole.history))
      for (const name of ['best', 'last']) {
        const [a, b] = [next, uninterrupted].map(({ checkpointDir }) =>
          readFileSync(join(checkpointDir, name, 'model.safetensors')),
        )
        expect(a!.equals(b!), name).toBe(true)
      }
    },
  )

  it('stopped at every step of its way continues to the same losses, bit by bit', async () => {
    const whole = await run(trainJob(folder()))
    let resumeFrom: readonly string[] = []
    for (let attempt = 1; ; attempt++) {
      const job = trainJob(folder(), { attempt, resumeFrom })
      const result = await train(job, stopAtStep(listen(), 1), await material())
      resumeFrom = [job.checkpointDir]
      if (result.kind === 'stopped') continue
      expect(attempt).toBe(35)
      expect(curve(result.history)).toEqual(curve(whole.history))
      return
    }
  })

  it('goes on in its own folder as well', async () => {
    const { job, whole } = await broken()
    const result = await run({ ...job, attempt: 2, resumeFrom: [job.checkpointDir] })
    expect(curve(result.history)).toEqual(curve(whole.history))
  })

  it('under a constant rate goes on for more epochs than were planned', async () => {
    const task = trainJob('').task
    const constant = {
      task: { ...task, training: { ...task.training, schedule: 'constant' as const } },
    }
    const long = await run(trainJob(folder(), constant))
    const short = trainJob(folder(), {
      ...constant,
      params: { learningRate: 0.02, batchSize: 4, epochs: 2 },
    })
    await run(short)
    const told = listen()
    const result = await run(
      trainJob(folder(), { ...constant, resumeFrom: [short.checkpointDir] }),
      told,
    )
    expect(told.epochs.length).toBe(3)
    expect(curve(result.history)).toEqual(curve(long.history))
  })

  it.each<[string, (dir: string) => void]>([
    ['was cut off', dir => truncateSync(join(dir, 'last', 'optimizer.safetensors'), 1000)],
    ['has a flipped bit', dir => flip(join(dir, 'last', 'model.safetensors'))],
    ['has no manifest', dir => rmSync(join(dir, 'last', 'manifest.json'))],
    [
      'has no JSON for a manifest',
      dir => writeFileSync(join(dir, 'last', 'manifest.json'), '{"format":1'),
    ],
    ['has lost its best epoch', dir => rmSync(join(dir, 'best'), { recursive: true })],
    ['is not there', dir => rmSync(dir, { recursive: true })],
  ])('begins anew where the checkpoint %s', async (_what, damage) => {
    const { job, whole } = await broken()
    damage(job.checkpointDir)
    const told = listen()
    const result = await run(trainJob(folder(), { resumeFrom: [job.checkpointDir] }), told)
    expect(told.epochs.length).toBe(5)
    expect(curve(result.history)).toEqual(curve(whole.history))
  })

  it.each<[string, Partial<FinetuneTrainJob>]>([
    ['learning rate', { params: { learningRate: 0.03, batchSize: 4, epochs: 5 } }],
    [
      'number of epochs under a schedule',
      { params: { learningRate: 0.02, batchSize: 4, epochs: 6 } },
    ],
    ['trial', { trial: 9 }],
    ['seed', { seed: 6 }],
  ])('begins anew where the checkpoint is of another %s', async (_what, changes) => {
    const { job } = await broken()
    const told = listen()
    await run(trainJob(folder(), { ...changes, resumeFrom: [job.checkpointDir] }), told)
    expect(told.epochs[0]!.epoch).toBe(1)
  })

  it.each(['old', 'new'])(
    'finds a checkpoint that a crash left beside its place, as %s',
    async suffix => {
      const { job, whole } = await broken()
      for (const name of ['last', 'best'])
        renameSync(join(job.checkpointDir, name), join(job.checkpointDir, `${name}.${suffix}`))
      const told = listen()
      const result = await run(trainJob(folder(), { resumeFrom: [job.checkpointDir] }), told)
      expect(told.epochs.length).toBe(3)
      expect(curve(result.history)).toEqual(curve(whole.history))
    },
  )

  it('after its last epoch has nothing left to do', async () => {
    const job = trainJob(folder())
    const whole = await run(job)
    const told = listen()
    const result = await run(trainJob(folder(), { resumeFrom: [job.checkpointDir] }), told)
    expect(told.epochs).toEqual([])
    expect(result).toEqual(whole)
  })
})

describe('a training that is paused', () => {
  const bytes = (dir: string, name: string) => readFileSync(join(dir, name, 'model.safetensors'))

  it('stands where it was to, and goes on from there to the weights of an unbroken one, bit by bit', async () => {
    const whole = trainJob(folder())
    const unbroken = await run(whole)
    const job = trainJob(folder(), { pauseAfter: 2 })
    const paused = await run(job)
    expect(paused).toMatchObject({ kind: 'paused' })
    expect(curve(paused.history)).toEqual(curve(unbroken.history.slice(0, 2)))
    const told = listen()
    expect(
      await run({ ...job, pauseAfter: 4, resumeFrom: [job.checkpointDir] }, told),
    ).toMatchObject({
      kind: 'paused',
    })
    expect(told.epochs.map(({ epoch }) => epoch)).toEqual([3, 4])
    const { pauseAfter: _, ...rest } = job
    const result = await run({ ...rest, resumeFrom: [job.checkpointDir] })
    expect({ ...result, history: curve(result.history) }).toEqual({
      ...unbroken,
      history: curve(unbroken.history),
    })
    for (const name of ['best', 'last'])
      expect(bytes(job.checkpointDir, name).equals(bytes(whole.checkpointDir, name)), name).toBe(
        true,
      )
  })

  it('has nothing to do where it stands already, and asks nobody', async () => {
    const job = trainJob(folder(), { pauseAfter: 2 })
    await run(job)
    const told = listen()
    expect(await run({ ...job, resumeFrom: [job.checkpointDir] }, told)).toMatchObject({
      kind: 'paused',
    })
    expect(told.epochs).toEqual([])
  })

  it('asks before each epoch but the first whether it may go on, if it is to, and again when it goes on from there', async () => {
    const asked: number[] = []
    const asking = (most: number) => {
      const told = listen()
      return {
        ...told,
        port: {
          ...told.port,
          mayContinue: (history: readonly EpochMetrics[]) => (
            asked.push(history.length),
            Promise.resolve(history.length < most)
          ),
        },
      }
    }
    const job = trainJob(folder(), { awaitsDecision: true })
    expect(await run(job, asking(2))).toMatchObject({
      kind: 'paused',
      history: [{ epoch: 1 }, { epoch: 2 }],
    })
    expect(await run({ ...job, resumeFrom: [job.checkpointDir] }, asking(9))).toMatchObject({
      kind: 'complete',
    })
    expect(asked).toEqual([1, 2, 2, 3, 4])
  })

  it('goes on from the attempt before, where the newest left no whole checkpoint', async () => {
    const whole = await run(trainJob(folder()))
    const first = trainJob(folder(), { pauseAfter: 2 })
    await run(first)
    const second = trainJob(folder(), {
      attempt: 2,
      pauseAfter: 3,
      resumeFrom: [first.checkpointDir],
    })
    await run(second)
    truncateSync(join(second.checkpointDir, 'last', 'optimizer.safetensors'), 1000)
    const told = listen()
    const result = await run(
      trainJob(folder(), { attempt: 3, resumeFrom: [second.checkpointDir, first.checkpointDir] }),
      told,
    )
    expect(told.epochs.map(({ epoch }) => epoch)).toEqual([3, 4, 5])
    expect(curve(result.history)).toEqual(curve(whole.history))
  })
})

describe('the order of examples', () => {
  it('is a permutation of its own for each epoch, trial and seed', () => {
    const keys = [
      [1, 1, 1],
      [1, 1, 2],
      [1, 2, 1],
      [2, 1, 1],
    ].map(([seed, trial, epoch]) => ({ seed: seed!, trial: trial!, epoch: epoch! }))
    const orders = keys.map(key => epochOrder(50, key))
    for (const order of orders)
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i))
    expect(new Set(orders.map(order => order.join())).size).toBe(keys.length)
    expect(epochOrder(50, keys[2]!)).toEqual(orders[2])
  })
})

describe('a validation loss', () => {
  const guessing = Math.log(512)

  it.each([
    [NaN, 2],
    [Infinity, 2],
    [guessing + 1.1, 2],
    [25, 8],
  ])('of %f after a start at %f is beyond recovery', (valLoss, startValLoss) => {
    expect(divergence(valLoss, { startValLoss, vocabulary: 512 })).toMatch(/validation loss/)
  })

  it.each([
    // Overfitting, even by a lot; a model that began worse than guessing
    [5, 1],
    [guessing + 0.9, 2],
    [20, 8],
  ])('of %f after a start at %f is not', (valLoss, startValLoss) => {
    expect(divergence(valLoss, { startValLoss, vocabulary: 512 })).toBeNull()
  })
})

/** Dropout, and a measurement in the middle of each epoch. */
const measuredWithin: FinetuneTrainJob['task'] = {
  ...trainJob('').task,
  training: { ...trainJob('').task.training, dropout: 0.1, evaluateEvery: 0.5 },
}

/**
 * A port that asks to stop once a fresh training has run so many steps: it is looked at before each
 * epoch, before each of its six steps, and after them.
 */
function stopAtStep({ port }: Told, steps: number): JobPort {
  let looks = 0
  const before = (look: number): number => 6 * Math.floor(look / 8) + Math.max(0, (look % 8) - 1)
  return { ...port, stopRequested: () => before(looks++) >= steps }
}

function flip(path: string): void {
  const bytes = readFileSync(path)
  bytes[bytes.length - 5]! ^= 1
  writeFileSync(path, bytes)
}
