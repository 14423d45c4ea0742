import { describe, expect, it } from 'vitest'
import type { Curve } from '../../../src/record/curve.js'
import { configurationKey } from '../../../src/space/configurations.js'
import type { Allocation, AllocationRequest } from '../../../src/search/contract/allocator.js'
import { createAllocator } from '../../../src/search/registry.js'
import { keeps } from '../../../src/space/constraint.js'
import { canonical, contains, type Params, type Space } from '../../../src/space/parameter.js'

const MOST = 9
const allocator = createAllocator({ name: 'epoch-aware', options: {} })

/** One trial after the other, each paused where it was to be. */
function play(
  space: Space,
  count: number,
  lossOf: (params: Params) => number,
  more: Partial<AllocationRequest> = {},
) {
  const trials: Curve[] = []
  const decisions: Allocation[] = []
  for (let step = 0; step < count; step++) {
    const decision = allocator.allocate(space, trials, { seed: 3, step, maxEpochs: MOST, ...more })
    decisions.push(decision)
    if (decision.kind === 'exhausted') break
    const index = decision.kind === 'start' ? trials.length : decision.trial
    const params = decision.kind === 'start' ? decision.params : trials[index]!.params
    const curve = Array.from({ length: decision.epochs }, (_, i) => lossOf(params) + 1 / (i + 1))
    trials[index] = {
      trial: index,
      params,
      losses: curve,
      state: curve.length < MOST ? 'paused' : 'complete',
    }
  }
  return { trials, decisions }
}

const rate = { kind: 'float', name: 'rate', low: 1e-4, high: 1, scale: 'log' } as const
const lossOf = ({ rate }: Params) => Math.abs(Math.log10(Number(rate)) + 2)

describe('an allocator as a study asks it', () => {
  it('begins with what the training uses, then with the points that the user starts from, each to its end', () => {
    const { decisions } = play([rate], 3, lossOf, {
      defaults: { rate: 0.001 },
      initialPoints: [{ rate: 0.02 }],
    })
    expect(decisions.slice(0, 2)).toMatchObject([
      { kind: 'start', params: { rate: 0.001 }, epochs: MOST, rationale: { method: 'defaults' } },
      { kind: 'start', params: { rate: 0.02 }, epochs: MOST, rationale: { method: 'start point' } },
    ])
    expect(decisions[2]).toMatchObject({
      kind: 'start',
      rationale: { text: expect.stringContaining('initial trial 1 of 4') as string },
    })
  })

  it('keeps conditions and constraints, and starts no configuration twice', () => {
    const space: Space = [
      rate,
      { kind: 'categorical', name: 'optimizer', choices: ['adamw', 'sgd'] },
      {
        kind: 'float',
        name: 'momentum',
        low: 0,
        high: 0.9,
        scale: 'linear',
        when: { name: 'optimizer', is: ['sgd'] },
      },
      { kind: 'int', name: 'batch', low: 1, high: 32, scale: 'log' },
    ]
    const constraints = ['batch * rate <= 0.5']
    const { trials } = play(space, 25, lossOf, { constraints })
    for (const { params } of trials) {
      expect(contains(space, params)).toBe(true)
      expect(params).toEqual(canonical(space, params))
      expect(keeps(constraints, params)).toBe(true)
    }
    expect(new Set(trials.map(({ params }) => configurationKey(space, params))).size).toBe(
      trials.length,
    )
  })

  it('goes on with paused trials where no configuration is left, and ends when none can', () => {
    const space: Space = [{ kind: 'int', name: 'x', low: 0, high: 5, scale: 'linear' }]
    const { trials, decisions } = play(space, 60, ({ x }) => Math.abs(Number(x) - 3))
    expect(trials).toHaveLength(6)
    expect(decisions.at(-1)).toMatchObject({ kind: 'exhausted' })
    expect(trials.every(({ losses }) => losses.length === MOST)).toBe(true)
  })
})
