import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyedUniform } from '../../src/math/random.js'
import { keeps } from '../../src/space/constraint.js'
import { nearestWithin } from '../../src/space/nearest.js'
import { canonical, contains, type Space } from '../../src/space/parameter.js'
import { paramsAt } from '../../src/space/transform.js'
import { spaces } from './arbitraries.js'

const space: Space = [
  { kind: 'float', name: 'learningRate', low: 1e-4, high: 1e-2, scale: 'log' },
  { kind: 'categorical', name: 'batchSize', choices: [4, 8, 32] },
  { kind: 'int', name: 'rank', low: 2, high: 64, scale: 'log' },
  { kind: 'categorical', name: 'optimizer', choices: ['adamw', 'sgd'] },
  {
    kind: 'float',
    name: 'momentum',
    low: 0.5,
    high: 0.99,
    scale: 'linear',
    when: { name: 'optimizer', is: ['sgd'] },
  },
]

describe('the nearest point of a space', () => {
  it('is the point itself where it lies inside', () => {
    fc.assert(
      fc.property(spaces, fc.nat(), (any, seed) => {
        const point = canonical(any, paramsAt(any, any.map(keyedUniform([seed]))))
        expect(nearestWithin(any, point)).toEqual(point)
      }),
    )
  })

  it('lies inside, whatever was wanted', () => {
    const wanted = fc.record(
      {
        learningRate: fc.double({ noNaN: true }),
        batchSize: fc.oneof(fc.integer(), fc.string()),
        rank: fc.double(),
        optimizer: fc.string(),
        momentum: fc.double(),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(wanted, point => {
        expect(contains(space, nearestWithin(space, point))).toBe(true)
      }),
    )
  })

  it('has bounds for what is beyond them, and the closest of listed values', () => {
    expect(
      nearestWithin(space, {
        learningRate: 5e-5,
        batchSize: 12,
        rank: 7.4,
        optimizer: 'lion',
        momentum: 0.9,
      }),
    ).toEqual({ learningRate: 1e-4, batchSize: 8, rank: 7, optimizer: 'adamw' })
    expect(
      nearestWithin(space, {
        learningRate: 1,
        batchSize: 17,
        rank: 100,
        optimizer: 'sgd',
        momentum: 0.9,
      }),
    ).toEqual({ learningRate: 1e-2, batchSize: 32, rank: 64, optimizer: 'sgd', momentum: 0.9 })
  })

  it('keeps the constraints, and stays as close as they allow', () => {
    const constraints = ['learningRate * batchSize <= 0.002']
    const near = nearestWithin(
      space,
      { learningRate: 1e-3, batchSize: 8, rank: 16, optimizer: 'adamw' },
      constraints,
    )
    expect(contains(space, near) && keeps(constraints, near)).toBe(true)
    expect(near).toMatchObject({ rank: 16, optimizer: 'adamw' })
    // At either batch size that comes close, the learning rate is as large as it may be.
    expect(Number(near['learningRate']) * Number(near['batchSize'])).toBeCloseTo(0.002, 6)
  })
})
