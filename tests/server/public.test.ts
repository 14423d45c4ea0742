import fc from 'fast-check'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

interface Modules {
  readonly sortTrials: (
    order: readonly number[],
    sortValue: (number: number) => string,
    numeric: boolean,
    down: boolean,
  ) => number[]
  readonly pickByDefault: (
    order: readonly number[],
    trialState: (number: number) => string,
  ) => number[]
  readonly colorPicks: (
    before: ReadonlyMap<number, number>,
    picks: readonly number[],
  ) => Map<number, number>
  readonly encode: (chosen: unknown) => string
  readonly decode: (hash: string) => unknown
}

const at = join(import.meta.dirname, '../../src/server/public')
const load = (name: string): Promise<Modules> => import(join(at, name)) as Promise<Modules>

describe('sorting', () => {
  it('goes both ways, keeps equals in leaderboard order, and puts what has no value last', async () => {
    const { sortTrials } = await load('sort.js')
    const values: Record<number, string> = { 0: '10', 1: '', 2: '9', 3: '10', 4: '1e-3' }
    const sorted = (down: boolean) =>
      sortTrials([3, 0, 1, 2, 4], number => values[number]!, true, down)
    expect(sorted(false)).toEqual([4, 2, 3, 0, 1])
    expect(sorted(true)).toEqual([3, 0, 2, 4, 1])
  })

  it('loses no trial', async () => {
    const { sortTrials } = await load('sort.js')
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(100)),
        fc.array(fc.constantFrom('', 'a', '1', '2.5', 'NaN'), { minLength: 101, maxLength: 101 }),
        fc.boolean(),
        (order, values, down) => {
          expect(sortTrials(order, number => values[number]!, true, down).sort()).toEqual(
            [...order].sort(),
          )
        },
      ),
    )
  })
})

describe('the trials whose curves are drawn', () => {
  it('are the best three and the running ones, until the reader chooses', async () => {
    const { pickByDefault } = await load('picks.js')
    const states = ['complete', 'failed', 'complete', 'running', 'complete', 'complete', 'waiting']
    expect(pickByDefault([5, 4, 2, 0, 3, 6, 1], number => states[number]!)).toEqual([5, 4, 2, 3])
  })

  it('keep their color while others come and go, and share none as long as there are enough', async () => {
    const { colorPicks } = await load('picks.js')
    const first = colorPicks(new Map(), [7, 3, 9])
    const second = colorPicks(first, [3, 9, 1, 2])
    expect(second.get(3)).toBe(first.get(3))
    expect(second.get(9)).toBe(first.get(9))
    expect(new Set(second.values()).size).toBe(4)
    expect(
      [
        ...colorPicks(
          new Map(),
          Array.from({ length: 20 }, (_, i) => i),
        ).values(),
      ].every(color => color < 8),
    ).toBe(true)
  })
})

describe('the address', () => {
  it('holds what the reader chose, and gives it back', async () => {
    const { encode, decode } = await load('state.js')
    const key = fc.constantFrom('rank', 'param:learning.rate', 'param:a&b=c#', 'valLoss')
    const trials = fc.uniqueArray(fc.nat(500))
    fc.assert(
      fc.property(
        key,
        fc.boolean(),
        fc.option(trials),
        trials,
        fc.option(fc.string({ minLength: 1 })),
        (key, down, picks, open, axis) => {
          const chosen = { sort: { key, down }, picks, open, axis }
          expect(decode(encode(chosen))).toEqual(chosen)
        },
      ),
    )
  })

  it('is left alone where nothing was chosen, and nonsense in it is passed over', async () => {
    const { encode, decode } = await load('state.js')
    const nothing = { sort: { key: 'rank', down: false }, picks: null, open: [], axis: null }
    expect(encode(nothing)).toBe('')
    expect(decode('#open=x,-1,&trial')).toEqual(nothing)
  })
})

it('the page’s scripts and styles name no other site', () => {
  for (const name of readdirSync(at)) {
    const text = readFileSync(join(at, name), 'utf8').replace(
      'xmlns="http://www.w3.org/2000/svg"',
      '',
    )
    expect(text, name).not.toMatch(/https?:|\/\/[a-z]+\.[a-z]|@import|\beval\(/)
  }
})
