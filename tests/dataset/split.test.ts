import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadDataset, type Dataset } from '../../src/dataset/dataset.js'
import { splitRecords, testShare, type Side } from '../../src/dataset/split.js'
import type { TestSpec } from '../../src/record/study.js'
import { dataReportLines, dataReportShort } from '../../src/report/index.js'
import { temporaryFolder, tinyTokenizer } from '../model-folder/fixtures.js'

const dir = temporaryFolder()
const opened = tinyTokenizer('byte level')

const keysOf = (count: number): string[] => Array.from({ length: count }, (_, i) => `key ${i}`)
const countOf = (sides: readonly Side[], side: Side): number =>
  sides.filter(one => one === side).length

describe('the split into training, validation and test', () => {
  const keys = fc
    .array(fc.nat({ max: 40 }).map(String), { minLength: 3, maxLength: 120 })
    .filter(list => new Set(list).size > 2)
  const shares = fc.record({
    validation: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
    test: fc.double({ min: 0.01, max: 0.45, noNaN: true }),
  })

  it('never has one record on two sides, and has something on each', () => {
    fc.assert(
      fc.property(keys, shares, fc.nat(), (list, wanted, seed) => {
        const sides = splitRecords('data', list, wanted, seed)
        for (const side of ['train', 'validation', 'test'] as const)
          expect(countOf(sides, side)).toBeGreaterThan(0)
        const sideOf = new Map(list.map((key, i) => [key, sides[i]]))
        list.forEach((key, i) => expect(sides[i]).toBe(sideOf.get(key)))
      }),
    )
  })

  it('holds the same examples back for validation with a test split and without', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 300 }), fc.nat(), (count, seed) => {
        const without = splitRecords('data', keysOf(count), { validation: 0.15, test: 0 }, seed)
        const beside = splitRecords('data', keysOf(count), { validation: 0.15, test: 0.1 }, seed)
        without.forEach((side, i) => expect(beside[i] === 'validation').toBe(side === 'validation'))
      }),
    )
  })

  it('without a test split is the one that studies of earlier versions have, to the example', () => {
    // Made with the code before there was a test split.
    const sides = splitRecords(
      'data',
      [...keysOf(200), 'key 3', 'key 17', 'key 17'],
      { validation: 0.15, test: 0 },
      1,
    )
    const held = sides.flatMap((side, i) => (side === 'validation' ? [i] : []))
    expect(held).toHaveLength(30)
    expect(createHash('sha256').update(held.join(' ')).digest('hex').slice(0, 16)).toBe(
      'b466c1ce2ca8b528',
    )
  })

  it('has the shares that were asked for', () => {
    const sides = splitRecords('data', keysOf(1000), { validation: 0.15, test: 0.1 }, 1)
    expect([countOf(sides, 'train'), countOf(sides, 'validation'), countOf(sides, 'test')]).toEqual(
      [750, 150, 100],
    )
  })

  it('is refused where there are fewer different records than sides', () => {
    expect(() => splitRecords('data', ['a', 'b', 'b'], { validation: 0.5, test: 0.2 }, 1)).toThrow(
      /data: has only 2 different records\. Add records: .*test: 0/,
    )
  })

  it('has a test split of its own accord from 500 different records on, of 2,000 at most', () => {
    expect(
      [499, 500, 20_000, 40_000].map(count => Math.round(testShare('auto', count, count) * count)),
    ).toEqual([0, 50, 2000, 2000])
    expect(testShare('auto', 1000, 400)).toBe(0)
    expect([
      testShare(undefined, 9999, 9999),
      testShare(0, 9999, 9999),
      testShare(0.2, 10, 10),
    ]).toEqual([0, 0, 0.2])
  })
})

describe('a data set with a test split', () => {
  const numbered = (from: number, to: number): object[] =>
    Array.from({ length: to - from }, (_, i) => ({
      prompt: `Question ${from + i}?`,
      answer: `Answer ${from + i}.`,
    }))

  async function load(
    name: string,
    records: readonly object[],
    test: TestSpec | undefined,
  ): Promise<Dataset> {
    const path = join(dir, name)
    writeFileSync(path, records.map(record => JSON.stringify(record)).join('\n'))
    return loadDataset(
      {
        data: path,
        validation: 0.2,
        ...(test === undefined ? {} : { test }),
        training: { maxLength: 512 },
      },
      await opened,
      1,
    )
  }

  it('counts its three sides and says so', async () => {
    const { train, validation, test, counts, report } = await load(
      'whole.jsonl',
      numbered(0, 100),
      0.1,
    )
    expect([train.length, validation.length, test.length]).toEqual([70, 20, 10])
    expect(counts).toMatchObject({
      examples: 100,
      train: 70,
      validation: 20,
      test: 10,
      testTokens: report.split.testTokens,
    })
    expect(report.split).toMatchObject({ test: 10, noTest: null, shared: 0 })
    expect(dataReportLines(report).find(({ name }) => name === 'Split')!.text).toMatch(
      /^train 70 \(.*\), validation 20 \(.*\), test 10 \(\d+\); no conversation is in two splits$/,
    )
  })

  it('says why there is none', async () => {
    const { report, counts } = await load('few.jsonl', numbered(0, 100), 'auto')
    expect(counts.test).toBe(0)
    expect(dataReportShort(report)[1]).toContain('no test split (it takes 500 different records)')
    expect((await load('none.jsonl', numbered(0, 100), undefined)).counts).not.toHaveProperty(
      'test',
    )
  })

  it('may be given one of its own, without what the data have too', async () => {
    const own = join(dir, 'own.jsonl')
    writeFileSync(
      own,
      [...numbered(98, 120), { prompt: 'question 3', answer: 'ANSWER 3!' }]
        .map(record => JSON.stringify(record))
        .join('\n'),
    )
    const without = await load('data.jsonl', numbered(0, 100), undefined)
    const beside = await load('data.jsonl', numbered(0, 100), { data: own })
    expect(beside.test).toHaveLength(20)
    expect(beside.report.split).toMatchObject({ test: 20, testLeftOut: 3 })
    expect(JSON.stringify([beside.train, beside.validation])).toBe(
      JSON.stringify([without.train, without.validation]),
    )
    await expect(load('data.jsonl', numbered(0, 130), { data: own })).rejects.toThrow(
      /has no record that the data do not have too/,
    )
  })
})
