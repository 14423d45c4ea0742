import { describe, expect, it } from 'vitest'
import { axis, grid, gridSize } from '../../../src/search/samplers/grid.js'
import type { Params, Space } from '../../../src/space/parameter.js'
import { EMPTY, type Outcomes, suggest } from '../outcomes.js'

const space: Space = [
  { kind: 'float', name: 'learningRate', low: 1e-4, high: 1e-2, scale: 'log' },
  { kind: 'int', name: 'epochs', low: 1, high: 2, scale: 'linear' },
  { kind: 'categorical', name: 'schedule', choices: ['cosine', 'constant'] },
]

function walk(
  over: Space,
  levels: number,
  history: Outcomes = EMPTY,
): { params: Params[]; reason: string } {
  const params: Params[] = []
  for (;;) {
    const observed = [...history.observed, ...params.map(one => ({ params: one, loss: 1 }))]
    const suggestion = suggest(
      grid({ levels }),
      over,
      { ...history, observed },
      { seed: 0, trialNumber: params.length },
    )
    if (suggestion.kind === 'exhausted') return { params, reason: suggestion.reason }
    params.push(suggestion.params)
  }
}

describe('grid', () => {
  it('visits each combination once, then says that it is exhausted', () => {
    const { params, reason } = walk(space, 3)
    expect(new Set(params.map(cell => JSON.stringify(cell))).size).toBe(12)
    expect(reason).toBe('space exhausted, 12 of 12')
    expect(gridSize(space, { levels: 3 })).toBe(12)
  })

  it('covers coarsely first: of 8 × 8 cells, the first 15 are in 15 different blocks of 2 × 2', () => {
    const plane: Space = [
      { kind: 'float', name: 'a', low: 0, high: 7, scale: 'linear' },
      { kind: 'float', name: 'b', low: 0, high: 7, scale: 'linear' },
    ]
    const blocks = walk(plane, 8)
      .params.slice(0, 15)
      .map(({ a, b }) => `${Math.floor(Number(a) / 2)},${Math.floor(Number(b) / 2)}`)
    expect(new Set(blocks).size).toBe(15)
  })

  it('goes on with the first cell that was neither finished nor is running', () => {
    const { params } = walk(space, 3)
    const resumed = walk(space, 3, { observed: [], pending: [params[1]!], failed: [params[0]!] })
    expect(resumed.params).toEqual(params.slice(2))
  })
})

describe('axis', () => {
  it('spaces a log scale by equal ratios, bounds included', () => {
    const [low, middle, high] = axis(space[0]!, 3) as [number, number, number]
    expect([low, middle, high].map(value => value.toPrecision(6))).toEqual([
      '0.000100000',
      '0.00100000',
      '0.0100000',
    ])
  })

  it('does not repeat an integer when there are fewer of them than levels', () => {
    expect(axis(space[1]!, 7)).toEqual([1, 2])
    expect(axis({ kind: 'int', name: 'batchSize', low: 1, high: 4, scale: 'log' }, 4)).toEqual([
      1, 2, 3, 4,
    ])
    expect(axis({ kind: 'int', name: 'batchSize', low: 1, high: 6, scale: 'log' }, 5)).toEqual([
      1, 2, 3, 6,
    ])
  })
})
