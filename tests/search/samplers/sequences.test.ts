import { expect, it } from 'vitest'
import type { Space } from '../../../src/space/parameter.js'
import { EMPTY, suggest, samplerNamed } from '../outcomes.js'

const square: Space = [
  { kind: 'float', name: 'x', low: 0, high: 1, scale: 'linear' },
  { kind: 'float', name: 'y', low: 0, high: 1, scale: 'linear' },
]

it.each([
  ['sobol', 4, 4],
  ['halton', 4, 3],
])(
  'the %s sequence puts a trial into each of %i × %i cells before it visits one twice',
  (name, columns, rows) => {
    for (const seed of [1, 2, 3]) {
      const cells = Array.from({ length: columns * rows }, (_, trialNumber) => {
        const suggestion = suggest(samplerNamed(name), square, EMPTY, { seed, trialNumber })
        if (suggestion.kind !== 'params') throw new Error(suggestion.reason)
        const { x, y } = suggestion.params
        return `${Math.floor(Number(x) * columns)},${Math.floor(Number(y) * rows)}`
      })
      expect(new Set(cells).size).toBe(columns * rows)
    }
  },
)

it.each(['sobol', 'halton'])('the %s sequence begins elsewhere under another seed', name => {
  const [a, b] = [1, 2].map(seed =>
    suggest(samplerNamed(name), square, EMPTY, { seed, trialNumber: 0 }),
  )
  expect(a).not.toEqual(b)
})
