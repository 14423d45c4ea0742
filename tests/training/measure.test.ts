import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { closeFinetune, runJob, type FinetuneJob } from '../../src/training/index.js'
import type { JobResult, MeasureResult, FinetuneTrainJob } from '../../src/record/job.js'
import { bestEpochNumber } from '../../src/training/retain.js'
import { createEngine } from '../../src/compile/index.js'
import { exampleLosses } from '../../src/training/score/example-losses.js'
import { evaluateModel } from '../../src/training/evaluate.js'
import { paddedBatches } from '../../src/dataset/batches.js'
import { ratioError } from '../../src/overfit/index.js'
import { writeTinyModel } from '../model-folder/fixtures.js'
import { listen, temporaryFolder, tinyMaterial, trainJob } from './fixtures.js'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })
const root = temporaryFolder()
const model = join(root, 'model')
const data = join(root, 'data.jsonl')
const spec = {
  schedule: 'constant',
  warmupSteps: 0,
  weightDecay: 0,
  clipNorm: 1,
  maxLength: 64,
} as const
const task: FinetuneTrainJob['task'] = {
  kind: 'finetune',
  model,
  data,
  validation: 0.25,
  test: 0.25,
  probes: [],
  training: spec,
}
const run = <J extends FinetuneJob>(job: J): Promise<JobResult<J>> =>
  runJob(job, listen().port, { engine: 'onnxruntime', threads: 1 })
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
const lossOf = (examples: MeasureResult['test']): number =>
  sum(examples.map(({ loss }) => loss)) / sum(examples.map(({ tokens }) => tokens))

beforeAll(async () => {
  await writeTinyModel(model)
  const names = ['Ada', 'Bo', 'Cem', 'Dan', 'Eve', 'Fay', 'Gus', 'Hal']
  writeFileSync(
    data,
    names
      .flatMap(name =>
        [`Who is ${name}?`, `Where is ${name}?`, `How old is ${name}?`].map((prompt, i) =>
          JSON.stringify({ prompt, answer: `${name} is here${' and there'.repeat(i)}.` }),
        ),
      )
      .join('\n'),
  )
})
afterAll(closeFinetune)

describe('a checkpoint, measured', () => {
  it.each([
    ['all weights', { method: 'full' as const }],
    [
      'an adapter',
      {
        method: 'lora' as const,
        lora: { rank: 4, alpha: 8, dropout: 0, targets: ['all-linear'], rslora: false },
      },
    ],
  ])(
    'of %s loses on its validation examples what the trial recorded, and something else on the test examples',
    async (name, method) => {
      const tuned = { ...task, training: { ...spec, ...method } }
      const job = trainJob(join(root, name), {
        task: tuned,
        params: { learningRate: 0.02, batchSize: 3, epochs: 2 },
      })
      const trained = await run(job)
      const best = trained.history[bestEpochNumber(trained.history) - 1]!
      const { validation, test } = await run({
        kind: 'measure',
        task: tuned,
        seed: job.seed,
        checkpoint: join(job.checkpointDir, 'best'),
      })
      expect([validation.length, test.length]).toEqual([6, 6])
      expect(lossOf(validation)).toBeCloseTo(best.valLoss, 5)
      expect(Math.abs(lossOf(test) - best.valLoss)).toBeGreaterThan(1e-4)
      expect(ratioError(test)).toBeGreaterThan(0)
    },
  )

  it('that is not there is refused', async () => {
    await expect(
      run({ kind: 'measure', task, seed: 5, checkpoint: join(root, 'nowhere') }),
    ).rejects.toThrow(/the checkpoint is missing or damaged/)
  })
})

it('the losses of examples together are those of each alone', async () => {
  const engine = await createEngine('onnxruntime', { threads: 1 })
  const { runnables, config, state, validation, train } = await tinyMaterial(engine)
  const held = train.slice(0, 5)
  const batches = paddedBatches(held, {
    batchSize: 4,
    lengths: [24],
    order: Int32Array.from([0, 1, 2, 3, 4]),
  })
  const together = await exampleLosses(runnables, config, state, batches)
  expect(together).toHaveLength(5)
  for (const [i, example] of held.entries()) {
    const alone = await evaluateModel(
      runnables,
      config,
      state,
      paddedBatches([example], { batchSize: 1, lengths: [24], order: Int32Array.of(0) }),
    )
    expect(together[i]!.loss).toBeCloseTo(alone.loss, 4)
    expect(together[i]!.tokens).toBe(alone.count)
  }
  const whole = await evaluateModel(runnables, config, state, validation)
  expect(
    sum((await exampleLosses(runnables, config, state, validation)).map(({ loss }) => loss)),
  ).toBeCloseTo(whole.loss, 3)
  await runnables.dispose()
  await engine.dispose()
})
