import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { FinetuneTask } from '../../src/record/study.js'
import { readDefinition, studySpec } from '../../src/study/specification.js'
import { writeDefinition } from '../../src/study/definition/write.js'
import { trialPlan } from '../../src/study/decision/plan.js'

const folder = mkdtempSync(join(tmpdir(), 'tune-training-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const spec = (more: object): ReturnType<typeof studySpec> =>
  studySpec('s', { model: 'm', data: 'd', ...more }, folder)
const training = (more: object): FinetuneTask['training'] =>
  (spec(more).task as FinetuneTask).training

describe('LoRA', () => {
  it('is asked for by its method alone, or by what is said of adapters', () => {
    const usual = { rank: 8, alpha: 16, dropout: 0, targets: ['all-linear'], rslora: false }
    expect(training({ training: { method: 'lora' } })).toMatchObject({
      method: 'lora',
      lora: usual,
    })
    expect(training({ training: { lora: { rank: 4 } } })).toMatchObject({
      method: 'lora',
      lora: { ...usual, rank: 4 },
    })
    expect(training({})).not.toHaveProperty('method')
    expect(training({ training: { method: 'full', lora: { rank: 4 } } })).not.toHaveProperty('lora')
  })

  it('is searched only where it is the method', () => {
    const space = { loraRank: '4,8', loraDropout: '0..0.1' }
    expect(spec({ space, training: { method: 'lora' } }).space.map(({ name }) => name)).toContain(
      'loraRank',
    )
    expect(() => spec({ space })).toThrow('space.loraRank: is of LoRA, and all weights are trained')
  })

  it('with a setting that there is none of names the nearest', () => {
    expect(() => spec({ training: { lora: { ranks: 4 } } })).toThrow(
      'training.lora.ranks: is not a setting. Did you mean rank?',
    )
  })
})

describe('an optimizer and a schedule', () => {
  it('are searched as a list of names', () => {
    expect(
      spec({ space: { optimizer: 'adamw, lion', schedule: ['cosine'] } }).space.slice(-2),
    ).toEqual([
      { kind: 'categorical', name: 'optimizer', choices: ['adamw', 'lion'] },
      { kind: 'categorical', name: 'schedule', choices: ['cosine'] },
    ])
    expect(() => spec({ space: { optimizer: 'adamw,adamx' } })).toThrow(
      'space.optimizer: "adamx" is none of adamw, adam, sgd, lion, adafactor',
    )
  })

  it('let trials share a training only where a short run is the beginning of a long one', () => {
    expect(trialPlan(spec({})).epochCounts).not.toBeNull()
    expect(
      trialPlan(spec({ space: { optimizer: 'adamw,lion', dropout: '0..0.2' } })).epochCounts,
    ).not.toBeNull()
    expect(trialPlan(spec({ space: { schedule: 'constant,cosine' } })).epochCounts).toBeNull()
    expect(trialPlan(spec({ space: { warmupRatio: '0..0.1' } })).epochCounts).toBeNull()
    expect(trialPlan(spec({ training: { warmupRatio: 0.1 } })).epochCounts).toBeNull()
    expect(trialPlan(spec({ training: { schedule: 'wsd' } })).epochCounts).toBeNull()
  })
})

describe('a test set', () => {
  it('is found from where study.yaml lies, and written as it was', () => {
    const data = join(folder, 'test.jsonl')
    const asked = spec({ training: { score: { data: 'test.jsonl', examples: 9 } } })
    expect((asked.task as FinetuneTask).training.score).toEqual({
      examples: 9,
      maxTokens: 64,
      data,
    })
    const file = join(folder, 'tested.yaml')
    writeFileSync(file, writeDefinition(asked, file))
    expect((readDefinition(file, 's').task as FinetuneTask).training.score).toEqual({
      examples: 9,
      maxTokens: 64,
      data,
    })
  })
})

describe('an objective', () => {
  it('brings its direction, and the answers that it needs', () => {
    expect(spec({ objective: 'rougeL' })).toMatchObject({
      objective: 'rougeL',
      direction: 'maximize',
    })
    expect(training({ objective: 'rougeL' }).score).toEqual({ examples: 32, maxTokens: 64 })
    expect(training({ objective: 'rougeL', training: { score: { examples: 5 } } }).score).toEqual({
      examples: 5,
      maxTokens: 64,
    })
    expect(spec({ objective: 'perplexity' })).toMatchObject({
      objective: 'perplexity',
      direction: 'minimize',
    })
    expect(spec({ objective: 'valLoss' })).not.toHaveProperty('objective')
    expect(training({ objective: 'tokenAccuracy' })).not.toHaveProperty('score')
    expect(() => spec({ objective: 'bleu' })).toThrow('objective: "bleu" does not fit')
  })
})

it('all of it is written so that reading it gives the same study', () => {
  const file = join(folder, 'study.yaml')
  const whole = spec({
    space: { loraRank: [4, 8], optimizer: ['adamw', 'lion'] },
    training: {
      method: 'lora',
      lora: { rslora: true, targets: ['q_proj'] },
      warmupRatio: 0.05,
      evaluateEvery: 0.25,
      dropout: 0.1,
      labelSmoothing: 0.1,
      schedule: 'wsd',
      decayRatio: 0.3,
    },
    objective: 'exactMatch',
  })
  writeFileSync(file, writeDefinition(whole, file))
  expect(readDefinition(file, 's')).toEqual(whole)
})
