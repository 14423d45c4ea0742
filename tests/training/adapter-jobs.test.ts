import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openModel, readWeights } from '../../src/model-folder/open-model.js'
import { readTensors } from '../../src/model-folder/safetensors.js'
import { closeFinetune, runJob, type FinetuneJob } from '../../src/training/index.js'
import type { JobResult, FinetuneTrainJob } from '../../src/record/job.js'
import { readCheckpoint } from '../../src/training/checkpoint.js'
import { measuringSteps } from '../../src/training/epoch.js'
import { bestEpochNumber } from '../../src/training/retain.js'
import { writeTinyModel } from '../model-folder/fixtures.js'
import { curve, listen, temporaryFolder, trainJob } from './fixtures.js'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })
const root = temporaryFolder()
const model = join(root, 'model')
const data = join(root, 'data.jsonl')
const task: FinetuneTrainJob['task'] = {
  kind: 'finetune',
  model,
  data,
  validation: 0.25,
  probes: [],
  training: {
    schedule: 'constant',
    warmupSteps: 0,
    weightDecay: 0,
    clipNorm: 1,
    maxLength: 64,
    dropout: 0.05,
    evaluateEvery: 0.5,
    score: { examples: 3, maxTokens: 4 },
    method: 'lora',
    lora: { rank: 4, alpha: 8, dropout: 0.1, targets: ['all-linear'], rslora: true },
  },
}
const run = <J extends FinetuneJob>(job: J, told = listen()): Promise<JobResult<J>> =>
  runJob(job, told.port, { engine: 'onnxruntime', threads: 1 })
const training = (dir: string, changes: Partial<FinetuneTrainJob> = {}): FinetuneTrainJob =>
  trainJob(join(root, dir), {
    task,
    params: { learningRate: 0.02, batchSize: 3, epochs: 3, loraRank: 2 },
    ...changes,
  })
const whole = training('whole')

beforeAll(async () => {
  await writeTinyModel(model)
  const names = ['Ada', 'Bo', 'Cem', 'Dan', 'Eve', 'Fay', 'Gus', 'Hal']
  writeFileSync(
    data,
    names
      .flatMap(name =>
        [`Who is ${name}?`, `Where is ${name}?`].map(prompt =>
          JSON.stringify({ prompt, answer: `${name} is here.` }),
        ),
      )
      .join('\n'),
  )
  await run(whole)
})
afterAll(closeFinetune)

describe('a training by LoRA', () => {
  it('learns, and keeps the adapter alone in its checkpoints', async () => {
    const best = (await readCheckpoint(join(whole.checkpointDir, 'best')))!
    expect(best.history.at(-1)!.valLoss).toBeLessThan(best.history[0]!.valLoss)
    expect(best.adapter).toEqual({ ...task.training.lora, rank: 2 })
    expect(Object.keys(best.weights).every(name => /\.lora_[AB]\.weight$/.test(name))).toBe(true)
  })

  it('stopped and continued gives, bit by bit, what an unbroken one gives', async () => {
    const begun = training('begun')
    await run(begun, listen({ stopAt: 1 }))
    const result = await run(
      training('continued', { attempt: 2, resumeFrom: [begun.checkpointDir] }),
    )
    expect(curve(result.history)).toEqual(
      curve((await readCheckpoint(join(whole.checkpointDir, 'last')))!.history),
    )
  })

  it('tells accuracy, perplexity, scores of its answers, and the loss within an epoch', async () => {
    const { history } = (await readCheckpoint(join(whole.checkpointDir, 'last')))!
    for (const { valLoss, extra } of history) {
      expect(extra!['perplexity']).toBeCloseTo(Math.exp(valLoss), 9)
      expect(Object.keys(extra!).sort()).toEqual([
        'contains',
        'exactMatch',
        'perplexity',
        'rougeL',
        'tokenAccuracy',
        'valLoss@0.5',
      ])
      for (const share of ['contains', 'exactMatch', 'rougeL', 'tokenAccuracy'])
        expect(extra![share]).toBeGreaterThanOrEqual(0)
    }
  })

  it('is scored by a test set where there is one', async () => {
    const test = join(root, 'test.jsonl')
    writeFileSync(
      test,
      ['Who is Ada?', 'Where is Bo?']
        .map(prompt => JSON.stringify({ prompt, answer: '!' }))
        .join('\n'),
    )
    const tested = {
      ...task,
      training: { ...task.training, score: { examples: 2, maxTokens: 4, data: test } },
    }
    await run({ kind: 'prepare', task: tested, seed: 5 })
    const result = await run(
      training('tested', {
        task: tested,
        params: { learningRate: 0.02, batchSize: 3, epochs: 1, loraRank: 2 },
      }),
    )
    const scored = (await readCheckpoint(join(whole.checkpointDir, 'last')))!.history[0]!.extra!
    // The same training, asked other questions
    expect(result.history[0]!.extra).toMatchObject({
      exactMatch: 0,
      perplexity: scored['perplexity'],
    })
    await expect(
      run({
        kind: 'prepare',
        task: {
          ...task,
          training: {
            ...task.training,
            score: { examples: 2, maxTokens: 4, data: join(root, 'none.jsonl') },
          },
        },
        seed: 5,
      }),
    ).rejects.toThrow('none.jsonl')
  })

  it('is exported merged, as measured, and as an adapter of its own', async () => {
    const { history, epoch, weights } = (await readCheckpoint(join(whole.checkpointDir, 'best')))!
    const dir = join(root, 'export')
    const { verified } = await run({
      kind: 'export',
      task,
      seed: 5,
      checkpoint: join(whole.checkpointDir, 'best'),
      dir,
      card: '# Tuned',
      valLoss: history[bestEpochNumber(history) - 1]!.valLoss,
    })
    expect(epoch).toBe(bestEpochNumber(history))
    expect(verified).toBe(true)
    const adapter = await readTensors(join(dir, 'adapter', 'adapter_model.safetensors'))
    for (const [name, tensor] of Object.entries(weights))
      expect(adapter[`base_model.model.${name}`]).toEqual(tensor)
    expect(
      JSON.parse(readFileSync(join(dir, 'adapter', 'adapter_config.json'), 'utf8')),
    ).toMatchObject({
      peft_type: 'LORA',
      r: 2,
      lora_alpha: 8,
      use_rslora: true,
      base_model_name_or_path: model,
    })
    const [before, after] = [
      await readWeights(await openModel(model)),
      await readWeights(await openModel(dir)),
    ]
    expect(after['model.layers.0.mlp.up_proj.weight']).not.toEqual(
      before['model.layers.0.mlp.up_proj.weight'],
    )
    expect(after['model.embed_tokens.weight']).toEqual(before['model.embed_tokens.weight'])
  })

  it('of a layer that the model does not have is refused', async () => {
    const wrong = {
      ...task,
      training: { ...task.training, lora: { ...task.training.lora!, targets: ['c_attn'] } },
    }
    await expect(run(training('wrong', { task: wrong }))).rejects.toThrow(/c_attn/)
  })
})

describe('measuring within an epoch', () => {
  it('is after each share of its steps but the last', () => {
    expect(measuringSteps(100, 0.25)).toEqual([25, 50, 75])
    expect(measuringSteps(3, 0.25)).toEqual([1, 2])
    expect(measuringSteps(10, 0)).toEqual([])
    expect(measuringSteps(10, 1)).toEqual([])
    expect(measuringSteps(10, 0.4)).toEqual([4, 8])
  })
})
