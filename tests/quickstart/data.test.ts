import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadDataset } from '../../src/dataset/dataset.js'
import { duplicateKey } from '../../src/dataset/split.js'
import { openModel } from '../../src/model-folder/open-model.js'
import type { FinetuneTask } from '../../src/record/study.js'
import { readDefinition } from '../../src/study/specification.js'

const file = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))
const {
  task: asked,
  space,
  trials,
  slots,
  sampler,
} = readDefinition(file('studies/quickstart/study.yaml'), 'quickstart')
const task = asked as FinetuneTask
const records = readFileSync(String(task.data), 'utf8')
  .trimEnd()
  .split('\n')
  .map(line => JSON.parse(line) as { prompt: string; answer: string })

describe('the quickstart', () => {
  it('searches learning rate, batch size and epochs with Bayesian search, twelve trials, two at a time', () => {
    expect(space.map(({ name }) => name).sort()).toEqual(['batchSize', 'epochs', 'learningRate'])
    expect({ trials, slots, sampler: sampler.name }).toEqual({
      trials: 12,
      slots: 2,
      sampler: 'bayesian',
    })
  })

  it('asks questions that its data never asks word for word', () => {
    const keyOf = (text: string): string =>
      duplicateKey([{ role: 'user', content: text, inLoss: false }])
    const asked = new Set(records.map(({ prompt }) => keyOf(prompt)))
    expect(task.probes.length).toBeGreaterThanOrEqual(3)
    for (const probe of task.probes) expect(asked).not.toContain(keyOf(probe))
  })

  it('has examples that are short, whole sentences, and no question twice', () => {
    expect(records.length).toBeGreaterThanOrEqual(120)
    expect(new Set(records.map(({ prompt }) => prompt)).size).toBe(records.length)
    for (const { prompt, answer } of records) {
      expect(prompt).toMatch(/^[A-Z][^\n]*[.?!]$/)
      expect(answer).toMatch(/^[A-Z][^\n]*[.?!]$/)
    }
  })

  it('asks for most answers in several ways, which can be learnt, and for some once, which can only be learnt by heart', () => {
    const ways = new Map<string, number>()
    for (const { answer } of records) ways.set(answer, (ways.get(answer) ?? 0) + 1)
    const repeated = records.filter(({ answer }) => ways.get(answer)! >= 2).length / records.length
    expect(repeated).toBeGreaterThan(0.7)
    expect(repeated).toBeLessThan(0.9)
  })

  it('is used whole: no example dropped or cut, none longer than 48 tokens', async () => {
    const { tokenizer } = await openModel(task.model)
    const { counts, train, validation } = await loadDataset(task, tokenizer, 1)
    expect(counts).toMatchObject({
      examples: records.length,
      duplicates: 0,
      truncated: 0,
      dropped: [],
    })
    expect(Math.max(...[...train, ...validation].map(({ ids }) => ids.length))).toBeLessThanOrEqual(
      48,
    )
  })
})
