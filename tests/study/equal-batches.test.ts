import { describe, expect, it } from 'vitest'
import type { StudySpec } from '../../src/record/study.js'
import type { Parameter } from '../../src/space/parameter.js'
import { equalBatchesNote, withoutEqualBatches } from '../../src/study/equal-batches.js'

const rate: Parameter = { name: 'learningRate', kind: 'float', low: 1e-4, high: 1e-2, scale: 'log' }
const spec = (batchSize: Parameter, more: object = {}): StudySpec =>
  ({ name: 's', space: [rate, batchSize], ...more }) as unknown as StudySpec
const choices = (...values: number[]): Parameter => ({
  name: 'batchSize',
  kind: 'categorical',
  choices: values,
})
const range = (low: number, high: number): Parameter => ({
  name: 'batchSize',
  kind: 'int',
  low,
  high,
  scale: 'linear',
})

describe('batch sizes from the number of train examples on', () => {
  it.each([
    [choices(4, 8, 64, 128, 256), 40, choices(4, 8, 64)],
    [choices(128, 4, 64), 40, choices(4, 64)],
    [choices(40, 41), 40, choices(40)],
    [range(1, 64), 40, range(1, 40)],
    [range(50, 64), 40, range(50, 50)],
  ])('%j of %i examples are one', (batchSize, examples, merged) => {
    const before = spec(batchSize)
    const after = withoutEqualBatches(before, examples)
    expect(after.space).toEqual([rate, merged])
    expect(equalBatchesNote(before, after, examples)).toMatch(
      new RegExp(`make the same batches of the ${examples} train examples: \\d+ stands for them`),
    )
  })

  it.each([
    [choices(4, 8, 40), 40],
    [choices(4, 39, 40), 40],
    [range(1, 40), 40],
    [choices(4, 8), 40],
  ])('%j of %i examples stay as they are', (batchSize, examples) => {
    const before = spec(batchSize)
    expect(withoutEqualBatches(before, examples)).toBe(before)
    expect(equalBatchesNote(before, before, examples)).toBeNull()
  })

  it('stay as they are where a condition names them', () => {
    const when = { name: 'batchSize', is: [128] }
    const before = spec(choices(64, 128))
    const conditional = { ...before, space: [...before.space, { ...rate, name: 'x', when }] }
    expect(withoutEqualBatches(conditional, 40)).toBe(conditional)
  })

  it('take the default along', () => {
    const before = spec(choices(64, 128), { defaults: { batchSize: 128, learningRate: 1 } })
    expect(withoutEqualBatches(before, 40).defaults).toEqual({ batchSize: 64, learningRate: 1 })
  })
})
