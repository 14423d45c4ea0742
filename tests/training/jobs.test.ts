import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { encodePrompt } from '../../src/dataset/encode.js'
import { openModel, readWeights } from '../../src/model-folder/open-model.js'
import { closeFinetune, runJob, type FinetuneJob } from '../../src/training/index.js'
import type { ExportJob, FinetuneTrainJob, JobResult } from '../../src/record/job.js'
import type { FinetuneTask } from '../../src/record/study.js'
import { readCheckpoint } from '../../src/training/checkpoint.js'
import { bestEpochNumber } from '../../src/training/retain.js'
import { writeTinyModel } from '../model-folder/fixtures.js'
import { hasStories, stories } from '../decoder/stories.js'
import { listen, temporaryFolder, trainJob } from './fixtures.js'

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 })
const root = temporaryFolder()
const model = join(root, 'model')
const data = join(root, 'data.jsonl')
const names = ['Ada', 'Bo', 'Cem', 'Dan', 'Eve', 'Fay', 'Gus', 'Hal']
const task: FinetuneTrainJob['task'] = {
  kind: 'finetune',
  model,
  data,
  validation: 0.25,
  probes: [],
  training: { schedule: 'constant', warmupSteps: 2, weightDecay: 0, clipNorm: 1, maxLength: 64 },
}
// As a slot has it: what fits is remembered in a file
const fitting = { file: join(root, 'fitting.json'), outOfMemory: () => false }
const run = <J extends FinetuneJob>(job: J, told = listen()): Promise<JobResult<J>> =>
  runJob(job, told.port, { engine: 'onnxruntime', threads: 1, fitting })
const training = (dir: string, changes: Partial<FinetuneTrainJob> = {}): FinetuneTrainJob =>
  trainJob(join(root, dir), {
    task,
    params: { learningRate: 0.02, batchSize: 4, epochs: 3 },
    ...changes,
  })

beforeAll(async () => {
  await writeTinyModel(model)
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
})
afterAll(closeFinetune)

describe('prepare', () => {
  it('says what model and data are, and what the model knows of the data', async () => {
    const preparation = await run({ kind: 'prepare', task, seed: 5 })
    expect(preparation.engine).toMatch(/^onnxruntime \d+\.\d+\.\d+ on cpu$/)
    expect(preparation.model).toEqual({
      parameters: (await openModel(model)).parameters,
      vocabulary: 430,
      layers: 2,
      width: 8,
      architecture: 'LlamaForCausalLM',
    })
    expect(preparation.data).toMatchObject({
      examples: 16,
      train: 12,
      validation: 4,
      duplicates: 0,
      truncated: 0,
      dropped: [],
    })
    // A model that has seen nothing guesses
    expect(preparation.valLoss).toBeCloseTo(Math.log(430), 1)
  })

  it('notices that the model changed under its name', async () => {
    const changing = join(root, 'changing')
    cpSync(model, changing, { recursive: true })
    const before = await run({ kind: 'prepare', task: { ...task, model: changing }, seed: 5 })
    const trained = training('other')
    await run(trained)
    await run({
      kind: 'export',
      task,
      seed: 5,
      checkpoint: join(trained.checkpointDir, 'best'),
      dir: join(root, 'changed'),
      card: '',
      valLoss: await bestLoss(trained),
    })
    cpSync(join(root, 'changed', 'model.safetensors'), join(changing, 'model.safetensors'))
    const after = await run({ kind: 'prepare', task: { ...task, model: changing }, seed: 5 })
    expect(after.valLoss).toBeLessThan(before.valLoss - 0.5)
  })

  it.each<[string, Partial<FinetuneTrainJob['task']>, RegExp]>([
    ['model', { model: join(root, 'nowhere') }, /nowhere: there is no such folder/],
    ['data', { data: join(root, 'nothing.jsonl') }, /nothing\.jsonl/],
  ])(
    'complains of a missing %s, and the next job runs all the same',
    async (_what, changes, message) => {
      await expect(
        run({ kind: 'prepare', task: { ...task, ...changes }, seed: 5 }),
      ).rejects.toThrow(message)
      expect((await run({ kind: 'prepare', task, seed: 5 })).data.examples).toBe(16)
    },
  )
})

describe('train', () => {
  it('begins with the loss that prepare found, and ends below it', async () => {
    const { valLoss } = await run({ kind: 'prepare', task, seed: 5 })
    const known: unknown[] = []
    const told = listen()
    const port = {
      ...told.port,
      judge: (...[history, facts]: Parameters<typeof told.port.judge>) => (
        known.push(facts),
        told.port.judge(history)
      ),
    }
    const result = await runJob(training('train'), port, { engine: 'onnxruntime', threads: 1 })
    expect(result.history.length).toBe(3)
    expect(known[0]).toMatchObject({ startValLoss: valLoss })
    expect(result.history[2]!.valLoss).toBeLessThan(valLoss - 0.5)
  })

  it('gives the same bits whatever ran before it in the thread', async () => {
    const losses = async (dir: string): Promise<number[]> =>
      (await run(training(dir))).history.map(({ valLoss }) => valLoss)
    const first = await losses('twice-1')
    await run(training('between', { params: { learningRate: 0.1, batchSize: 2, epochs: 1 } }))
    expect(await losses('twice-2')).toEqual(first)
    await closeFinetune()
    expect(await losses('twice-3')).toEqual(first)
  })
})

describe('export', () => {
  const trained = training('exported')
  const job = async (
    changes: Partial<ExportJob<FinetuneTask>> = {},
  ): Promise<ExportJob<FinetuneTask>> => ({
    kind: 'export',
    task,
    seed: 5,
    checkpoint: join(trained.checkpointDir, 'best'),
    dir: join(root, 'export'),
    card: '# Tuned',
    valLoss: await bestLoss(trained),
    ...changes,
  })
  beforeAll(() => run(trained))

  it('writes the best epoch as a model that opens, and measures it from its files', async () => {
    const result = await run(await job())
    expect(result).toEqual({
      dir: join(root, 'export'),
      recheckedValLoss: await bestLoss(trained),
      verified: true,
    })
    const weights = await readWeights(await openModel(result.dir))
    const best = await readCheckpoint(join(trained.checkpointDir, 'best'))
    expect(weights).toEqual(best!.weights)
    expect(readFileSync(join(result.dir, 'README.md'), 'utf8')).toBe('# Tuned')
  })

  it('leaves nothing where the files do not give the recorded loss, and keeps an earlier export', async () => {
    const fresh = join(root, 'refused')
    const right = await bestLoss(trained)
    const result = await run(await job({ dir: fresh, valLoss: right * 1.001 }))
    expect(result).toEqual({ dir: fresh, recheckedValLoss: right, verified: false })
    expect(existsSync(fresh)).toBe(false)

    const earlier = await run(await job())
    const before = readFileSync(join(earlier.dir, 'model.safetensors'))
    expect((await run(await job({ valLoss: right * 1.001 }))).verified).toBe(false)
    expect(readFileSync(join(earlier.dir, 'model.safetensors'))).toEqual(before)
    expect(readdirSync(root).filter(name => /new|old/.test(name))).toEqual([])
  })

  it('complains of a checkpoint that is not whole', async () => {
    mkdirSync(join(root, 'empty'))
    await expect(run(await job({ checkpoint: join(root, 'empty') }))).rejects.toThrow(
      /the checkpoint is missing or damaged/,
    )
  })
})

describe('ask', () => {
  it('answers each prompt, in order, and the same alone as among others', async () => {
    const prompts = ['Who is Ada?', 'Where is Hal?', 'Who?']
    const { answers } = await run({ kind: 'answer', model, prompts, maxTokens: 5 })
    expect(answers.length).toBe(3)
    for (const [i, prompt] of prompts.entries())
      expect(
        (await run({ kind: 'answer', model, prompts: [prompt], maxTokens: 5 })).answers,
      ).toEqual([answers[i]])
  })

  it('takes a question that is longer than the model can read', async () => {
    const prompt = 'Who is Ada? '.repeat(50)
    expect(encodePrompt((await openModel(model)).tokenizer, prompt).length).toBeGreaterThan(64)
    expect(
      (await run({ kind: 'answer', model, prompts: [prompt], maxTokens: 5 })).answers.length,
    ).toBe(1)
  })

  it.skipIf(!hasStories)(
    'lets a published model tell its story, and its tuned copy the answer that it learnt',
    async () => {
      const short: FinetuneTrainJob['task'] = { ...task, model: stories }
      const job = training('stories', {
        task: short,
        params: { learningRate: 3e-3, batchSize: 4, epochs: 12 },
      })
      const question = { kind: 'answer', prompts: ['Who is Ada?'], maxTokens: 20 } as const
      const before = await run({ ...question, model: stories })
      expect(before.answers[0]).not.toContain('Ada is here.')
      await run(job)
      const { dir, verified } = await run({
        kind: 'export',
        task: short,
        seed: 5,
        checkpoint: join(job.checkpointDir, 'best'),
        dir: join(root, 'tuned'),
        card: '',
        valLoss: await bestLoss(job),
      })
      expect(verified).toBe(true)
      expect((await run({ ...question, model: dir })).answers).toEqual(['Ada is here.'])
      expect((await run({ ...question, model: stories })).answers).toEqual(before.answers)
    },
  )
})

async function bestLoss({ checkpointDir }: FinetuneTrainJob): Promise<number> {
  const { history } = (await readCheckpoint(join(checkpointDir, 'last')))!
  return history[bestEpochNumber(history) - 1]!.valLoss
}
