import { describe, expect, it } from 'vitest'
import type { HostTensor, Named, Program } from '../../src/compile/index.js'
import type { Batch } from '../../src/dataset/batches.js'
import { elementCount } from '../../src/util/element-count.js'
import { batchInputs, shardCount, targetCount } from '../../src/training/batch.js'
import { accumulateProgram, evaluateProgram } from '../../src/training/programs.js'
import { PLAIN } from '../../src/training/variant.js'
import { engineFor, engines } from '../decoder/engines.js'
import { tinyBatch, tinyConfig, tinyWeights } from '../decoder/tiny-llama.js'

const config = tinyConfig(true)
const weights = tinyWeights(config)

/** A batch of which one target in `every` is trained; the first, in every row, is not. */
function batchOf(every: number): Batch {
  const batch = tinyBatch(0)
  return {
    ...batch,
    lossMask: batch.lossMask.map((_, i) => (i % batch.length > 0 && i % every === 0 ? 1 : 0)),
  }
}

describe.each(engines)('a step on the trained targets alone, on %s', name => {
  const engine = engineFor(name)
  const run = async (program: Program, inputs: Named<HostTensor>): Promise<Named<HostTensor>> => {
    const [runnable] = await (await engine()).load([program])
    const zero = Object.entries(program.state)
      .filter(([key]) => key.startsWith('sum/'))
      .map(([key, spec]) => [key, { ...spec, data: new Float32Array(elementCount(spec.shape)) }])
    const state = await (await engine()).createState({ ...weights, ...Object.fromEntries(zero) })
    try {
      const outputs = await runnable!.run(state, inputs)
      return { ...outputs, ...(await state.read()) }
    } finally {
      state.dispose()
      runnable!.dispose()
    }
  }

  it.each([
    [2, 1],
    [3, 1],
    [5, 1],
    [1000, 1],
    [2, 3],
    [1000, 3],
  ])(
    'has the losses and gradients of one on all, which counts the others for nothing: one in %i, in parts: %i',
    async (every, parts) => {
      const batch = batchOf(every)
      const { rows, length } = batch
      const targets = targetCount([batch], parts)
      expect(targets).toBeLessThan(rows * length)
      const lossScale = {
        lossScale: { shape: [], dtype: 'float32' as const, data: Float32Array.of(0.1) },
      }
      for (const [make, more] of [
        [accumulateProgram, lossScale],
        [evaluateProgram, {}],
      ] as const) {
        const all = await run(make(config, { rows, length }, PLAIN), {
          ...batchInputs(batch),
          ...more,
        })
        const few = await run(
          make(config, { rows, length, targets: targets!, shards: parts }, PLAIN),
          {
            ...batchInputs(batch, { targets: targets!, shards: parts }),
            ...more,
          },
        )
        expect(Object.keys(few)).toEqual(Object.keys(all))
        for (const [key, { data }] of Object.entries(all))
          data.forEach((value, i) =>
            expect(Math.abs(few[key]!.data[i]! - value), `${key}[${i}]`).toBeLessThan(1e-5),
          )
      }
    },
  )
})

describe('the number of targets that a program is made for', () => {
  it.each([
    [0, 10],
    [1, 10],
    [10, 10],
    [11, 20],
    [30, 30],
    [31, undefined],
    [40, undefined],
  ])('of 40, %i trained: %s', (trained, targets) => {
    const batch = {
      rows: 4,
      length: 10,
      tokens: new Int32Array(44),
      lossMask: Float32Array.from({ length: 40 }, (_, i) => Number(i < trained)),
    }
    expect(targetCount([batch])).toBe(targets)
    expect(targetCount([{ ...batch, lossMask: new Float32Array(40) }, batch])).toBe(targets)
  })

  it.each([
    [0, 10],
    [5, 10],
    [6, 20],
    [15, 30],
    [16, undefined],
    [20, undefined],
  ])('of 40 in two parts, the first with %i trained: %s', (trained, targets) => {
    const batch = {
      rows: 4,
      length: 10,
      tokens: new Int32Array(44),
      lossMask: Float32Array.from({ length: 40 }, (_, i) => Number(i < trained)),
    }
    expect(targetCount([batch], 2)).toBe(targets)
  })
})

describe('the number of parts that a batch is computed in', () => {
  it.each([
    [8, 2, 2],
    [8, 4, 4],
    [6, 4, 3],
    [7, 2, 1],
    [1, 8, 1],
    [8, 1, 1],
  ])('%i rows, at most %i parts: %i', (rows, most, parts) => {
    expect(shardCount(rows, most)).toBe(parts)
  })
})
