import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.js'
import { loadDataset, type Dataset } from '../../src/dataset/dataset.js'
import { openModel } from '../../src/model-folder/open-model.js'
import type { FinetuneTask } from '../../src/record/study.js'
import {
  chatTemplates,
  SHARED_DATA,
  STORIES,
  temporaryFolder,
  tinyTokenizer,
} from '../model-folder/fixtures.js'

const dir = temporaryFolder()
const opened = tinyTokenizer('byte level')

function task(data: string, { validation = 0.2, maxLength = 512 } = {}): FinetuneTask {
  return {
    kind: 'finetune',
    model: '',
    data,
    validation,
    probes: [],
    training: { schedule: 'constant', warmupSteps: 0, weightDecay: 0, clipNorm: 1, maxLength },
  }
}

async function load(
  records: readonly unknown[],
  options: { seed?: number; validation?: number; maxLength?: number } = {},
): Promise<Dataset> {
  const path = join(dir, 'data.jsonl')
  writeFileSync(path, records.map(record => JSON.stringify(record)).join('\n'))
  return loadDataset(task(path, options), await opened, options.seed ?? 1)
}

const pair = (prompt: string, answer: string): object => ({ prompt, answer })
const numbered = (count: number): object[] =>
  Array.from({ length: count }, (_, i) => pair(`Question ${i}?`, `Answer ${i}.`))

describe('a data set', () => {
  it('is counted', async () => {
    const { format, train, validation, counts } = await load([
      ...numbered(10),
      { prompt: 'unanswered' },
      pair('question 3', 'ANSWER   3!'),
    ])
    const all = [...train, ...validation]
    const sum = (
      examples: Dataset['train'],
      of: (example: (typeof all)[number]) => number,
    ): number => examples.reduce((total, example) => total + of(example), 0)
    const trained = ({ lossMask: trained }: (typeof all)[number]): number =>
      trained.filter(one => one === 1).length
    expect(format).toBe('prompt and answer (prompt, answer)')
    expect(counts).toEqual({
      format,
      examples: 11,
      train: train.length,
      validation: validation.length,
      tokens: sum(all, ({ ids }) => ids.length),
      trainedTokens: sum(all, trained),
      validationTokens: sum(validation, trained),
      duplicates: 1,
      truncated: 0,
      dropped: [{ line: 11, reason: 'no answer in the fields "prompt"' }],
      droppedCount: 1,
      remarks: { unused: [], notes: [], modelNotes: [], ambiguous: { count: 0, first: null } },
    })
    expect(train.length + validation.length).toBe(11)
  })

  it('has the commonest of several shapes first in its name', async () => {
    const { format } = await load([{ instruction: 'a', output: 'b' }, ...numbered(3)])
    expect(format).toBe('prompt and answer (prompt, answer) + Alpaca (instruction, input, output)')
  })

  it('is cut to the longest length, or to what the model reads when that is less', async () => {
    const tokenizer = await opened
    const long = pair('Hi', 'so '.repeat(1000))
    expect((await load([long, ...numbered(3)], { maxLength: 64 })).counts.truncated).toBe(1)
    const { train, validation } = await load([long, ...numbered(3)], { maxLength: 4000 })
    expect(Math.max(...[...train, ...validation].map(({ ids }) => ids.length))).toBe(
      tokenizer.contextLength,
    )
  })

  it('reports what is left out because no answer fits', async () => {
    const { counts } = await load([pair('so '.repeat(200), 'b'), ...numbered(3)], { maxLength: 64 })
    expect(counts.dropped).toEqual([
      { line: 1, reason: 'the answer begins after the first 64 tokens' },
    ])
  })

  it('is refused when more than half of it cannot be used, with the first lines', async () => {
    const bad = { prompt: 'unanswered' }
    expect((await load([...numbered(4), bad, bad, bad, bad])).counts.dropped).toHaveLength(4)
    await expectRefusal(
      [...numbered(4), bad, bad, bad, bad, bad],
      /5 of 9 records cannot be used \(line 5: no answer in the fields "prompt"; line 6: .*; and 2 more\)\. Use \{"prompt", "answer"\}/,
    )
    await expectRefusal(
      [bad, { note: 'x' }],
      /none of the 2 records can be used \(line 1: no answer in the fields "prompt"; line 2: no question in the fields "note"\)/,
    )
    await expectRefusal(
      [[], []],
      /none of the 2 records can be used \(line 1: the record is a list, not an object; line 2: /,
    )
    await expectRefusal([[]], /has no records\. Use \{"prompt", "answer"\}/)
  })

  it('is refused when there is nothing to hold back', async () => {
    await expectRefusal(numbered(1), /has only one usable record\. Add records/)
    await expectRefusal(
      [pair('Hi', 'Hello'), pair('hi!', ' hello ')],
      /has 2 records that are all the same/,
    )
  })

  it('reports what the chat template rejects', async () => {
    const path = join(dir, 'system.jsonl')
    const withSystem = { prompt: 'a', answer: 'b', system: 's' }
    writeFileSync(
      path,
      [withSystem, withSystem, ...numbered(1)].map(record => JSON.stringify(record)).join('\n'),
    )
    const strict = await tinyTokenizer('byte level', chatTemplates.strict!.template)
    await expect(loadDataset(task(path), strict, 1)).rejects.toThrow(
      /2 of 3 records cannot be used \(line 1: the model's chat template rejects it: System role not supported/,
    )
  })
})

describe('the split', () => {
  const texts = fc.constantFrom('a', 'b', 'A!', ' b', 'c', 'd', 'e', 'f')
  const records = fc.array(
    fc.tuple(texts, texts).map(([prompt, answer]) => pair(prompt, answer)),
    { minLength: 2, maxLength: 30 },
  )

  it('never has one conversation on both sides, and has something on each', async () => {
    const tokenizer = await opened
    await fc.assert(
      fc.asyncProperty(
        records,
        fc.nat(),
        fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        async (list, seed, share) => {
          const dataset = await load(list, { seed, validation: share }).catch(
            (error: unknown) => error,
          )
          if (dataset instanceof UserError) {
            expect(dataset.problem).toMatch(/all the same/)
            return
          }
          const { train, validation } = dataset as Dataset
          const said = (examples: Dataset['train']): Set<string> =>
            new Set(
              examples.map(({ ids }) =>
                tokenizer
                  .decode(ids)
                  .toLowerCase()
                  .replace(/[^a-z]+/g, ' '),
              ),
            )
          expect(train.length).toBeGreaterThan(0)
          expect(validation.length).toBeGreaterThan(0)
          expect(train.length + validation.length).toBe(list.length)
          const held = said(validation)
          expect([...said(train)].filter(text => held.has(text))).toEqual([])
        },
      ),
      { numRuns: 100 },
    )
  })

  it('holds back the share that was asked for', async () => {
    for (const [fraction, held] of [
      [0.1, 10],
      [0.25, 25],
      [0.001, 1],
      [0.999, 99],
    ] as const) {
      expect((await load(numbered(100), { validation: fraction })).validation).toHaveLength(held)
    }
  })

  it('depends on the seed, and on nothing else', async () => {
    const held = async (seed: number, options = {}): Promise<string> =>
      JSON.stringify((await load(numbered(50), { seed, ...options })).validation)
    expect(await held(1)).toBe(await held(1))
    expect(await held(1)).toBe(await held(1, { maxLength: 100 }))
    expect(new Set(await Promise.all([1, 2, 3, 4, 5].map(seed => held(seed)))).size).toBe(5)
  })
})

describe.skipIf(!existsSync(STORIES) || !existsSync(SHARED_DATA))('the data sets at hand', () => {
  it.each([
    [
      'identity.json',
      { format: 'Alpaca (instruction, input, output)', examples: 91, dropped: [], truncated: 0 },
    ],
    [
      'vicuna-conversations.jsonl',
      { format: 'OpenAI messages', examples: 500, dropped: [], truncated: 0 },
    ],
    [
      'gsm8k-train-1000.jsonl',
      {
        format: 'prompt and answer (question, answer)',
        examples: 1000,
        dropped: [],
        truncated: 119,
      },
    ],
  ])(
    '%s is understood',
    async (name, counts) => {
      const { tokenizer } = await openModel(STORIES)
      const dataset = await loadDataset(
        task(join(SHARED_DATA, name), { validation: 0.1 }),
        tokenizer,
        1,
      )
      expect(dataset.counts).toMatchObject(counts)
      expect(dataset.validation).toHaveLength(Math.round(counts.examples / 10))
    },
    180_000,
  )
})

async function expectRefusal(records: readonly unknown[], message: RegExp): Promise<void> {
  const error: unknown = await load(records).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(UserError)
  expect((error as UserError).message).toMatch(message)
}
