import { expect, it } from 'vitest'
import { encodeAll, createEncoding } from '../../../src/search/gaussian-process/encoding.js'
import type { Space } from '../../../src/space/parameter.js'

const space: Space = [
  { kind: 'float', name: 'learningRate', low: 1e-4, high: 1e-2, scale: 'log' },
  { kind: 'int', name: 'layers', low: 2, high: 2, scale: 'linear' },
  { kind: 'categorical', name: 'batchSize', choices: [4, 8, 16] },
  { kind: 'categorical', name: 'schedule', choices: ['constant', 'linear', 'cosine'] },
  { kind: 'categorical', name: 'tied', choices: [true, false] },
]

it('puts numbers on their scale, lists of numbers in their order, names all equally far apart, and leaves out what is fixed', () => {
  const encoding = createEncoding(space)
  const x = encodeAll(encoding, [
    { learningRate: 1e-3, layers: 2, batchSize: 8, schedule: 'linear', tied: true },
    { learningRate: 1e-2, layers: 2, batchSize: 4, schedule: 'cosine', tied: false },
  ])
  expect(encoding.columns).toBe(6)
  expect(encoding.lengths).toBe(4)
  expect([...encoding.lengthIndex]).toEqual([0, 1, 2, 2, 2, 3])
  const r = Math.SQRT1_2
  const expected = [0.5, 0.5, 0, r, 0, 0, 1, 0, 0, 0, r, 1]
  expected.forEach((value, i) => expect(x[i]).toBeCloseTo(value, 12))
})
