import { describe, expect, it } from 'vitest'
import { keyedUniform } from '../../src/math/random.js'
import { draw, logDensity, parzen } from '../../src/search/parzen.js'
import type { Space } from '../../src/space/parameter.js'
import golden from '../golden/parzen.json' with { type: 'json' }

const space: Space = [
  { kind: 'float', name: 'x', low: 0, high: 1, scale: 'linear' },
  { kind: 'float', name: 'lr', low: 1e-4, high: 1e-1, scale: 'log' },
  { kind: 'int', name: 'n', low: 1, high: 60, scale: 'linear' },
  { kind: 'int', name: 'm', low: 4, high: 640, scale: 'log' },
  { kind: 'categorical', name: 'c', choices: ['a', 'b', 'c'] },
]

describe('Parzen estimator', () => {
  it.each(golden.cases.map(one => [one.observations.length, one] as const))("has Optuna's density after %i observations", (_, { observations, at, logDensity: expected }) => {
    const density = parzen(space, observations)
    at.forEach((params, i) => expect(logDensity(density, params)).toBeCloseTo(expected[i]!, 8))
  })

  it('draws from its density: as often in a half of the space as it says', () => {
    const line: Space = [{ kind: 'float', name: 'x', low: 0, high: 1, scale: 'linear' }]
    const density = parzen(line, [{ x: 0.1 }, { x: 0.15 }, { x: 0.3 }])
    const uniform = keyedUniform([1])
    const share = Array.from({ length: 4000 }, () => Number(draw(density, uniform)['x']) < 0.25).filter(Boolean).length / 4000
    const steps = 2000
    const mass = Array.from({ length: steps }, (_, i) => Math.exp(logDensity(density, { x: (0.25 * (i + 0.5)) / steps }))).reduce((sum, p) => sum + (0.25 * p) / steps, 0)
    // Standard error 0.008.
    expect(Math.abs(share - mass)).toBeLessThan(0.032)
  })
})
