import { describe, expect, it } from 'vitest'
import type { HostTensor, Named, Program } from '../../src/compile/index.js'
import { openModel, readWeights } from '../../src/model-folder/open-model.js'
import { initialWeights, weightSpecs } from '../../src/decoder/weights.js'
import { elementCount } from '../../src/util/element-count.js'
import { batchInputs } from '../../src/training/batch.js'
import { evaluateProgram } from '../../src/training/programs.js'
import { gradientProgram, logitsProgram } from './programs.js'
import { engineFor, engines } from './engines.js'
import { golden as published, hasStories, stories } from './stories.js'
import { golden, tinyBatch, tinyConfig, tinyWeights } from './tiny-llama.js'

const shape = { rows: golden.batch, length: golden.length }

describe.each(engines)('the decoder on %s', name => {
  const engine = engineFor(name)
  const outputs = async (
    program: Program,
    weights: Named<HostTensor>,
    inputs: Named<HostTensor>,
  ): Promise<Named<HostTensor>> => {
    const [runnable] = await (await engine()).load([program])
    const state = await (await engine()).createState(weights)
    try {
      return await runnable!.run(state, inputs)
    } finally {
      state.dispose()
      runnable!.dispose()
    }
  }

  describe.each([
    ['tied', true],
    ['untied', false],
  ] as const)('with its output projection %s', (kind, tied) => {
    const config = tinyConfig(tied)
    const weights = tinyWeights(config)
    const expected = golden[kind]
    const batch = tinyBatch(0)

    it('is asked what torch was asked', () => {
      expect([...batch.tokens]).toEqual(expected.tokens)
      expect([...batch.lossMask]).toEqual(expected.trained)
    })

    it('gives the logits of transformers', async () => {
      const tokens = Int32Array.from(
        { length: shape.rows * shape.length },
        (_, i) => batch.tokens[i + Math.floor(i / shape.length)]!,
      )
      const { logits } = await outputs(logitsProgram(config, shape), weights, {
        tokens: { shape: [shape.rows, shape.length], dtype: 'int32', data: tokens },
      })
      expect(worst(logits!.data, expected.logits)).toBeLessThan(1e-5)
    })

    it('gives the loss of torch', async () => {
      const { loss, count } = await outputs(
        evaluateProgram(config, shape),
        weights,
        batchInputs(batch),
      )
      expect(count!.data[0]).toBe(expected.trained.filter(Boolean).length)
      expect(loss!.data[0]! / count!.data[0]!).toBeCloseTo(expected.loss, 5)
    })

    it('gives every gradient of torch', async () => {
      const found = await outputs(gradientProgram(config, shape), weights, batchInputs(batch))
      expect(Object.keys(found).filter(key => key.startsWith('gradient/')).length).toBe(
        Object.keys(expected.gradients).length,
      )
      for (const [weight, gradient] of Object.entries(expected.gradients)) {
        const relative =
          distance(found[`gradient/${weight}`]!.data, gradient) / Math.hypot(...gradient)
        expect(relative, weight).toBeLessThan(1e-5)
      }
    })
  })

  it.skipIf(!hasStories)('reads a published model as transformers does', async () => {
    const folder = await openModel(stories)
    const weights = await readWeights(folder)
    const length = published.ids.length
    const ids = Int32Array.from(published.ids)
    const { logits } = await outputs(logitsProgram(folder.config, { rows: 1, length }), weights, {
      tokens: { shape: [1, length], dtype: 'int32', data: ids },
    })
    // transformers was asked for the continuation of all but the last token
    const [first, last] = [0, length - 2].map(at => logits!.data.subarray(at * 512, (at + 1) * 512))
    expect(worst(first!, published.firstLogits)).toBeLessThan(1e-4)
    expect(worst(last!, published.lastLogits)).toBeLessThan(1e-4)
    const batch = {
      rows: 1,
      length: length - 1,
      tokens: ids,
      lossMask: new Float32Array(length - 1).fill(1),
    }
    const { loss, count } = await outputs(
      evaluateProgram(folder.config, batch),
      weights,
      batchInputs(batch),
    )
    expect(Math.abs(loss!.data[0]! / count!.data[0]! - published.loss)).toBeLessThan(1e-5)
  })
})

describe('new weights', () => {
  const config = { ...tinyConfig(false), width: 64, ffnWidth: 200, vocabulary: 300 }
  const weights = initialWeights(config, 7)

  it('have the names and shapes of the decoder', () => {
    const shapes = (all: Named<{ shape: readonly number[] }>) =>
      Object.fromEntries(Object.entries(all).map(([key, { shape }]) => [key, shape]))
    expect(shapes(weights)).toEqual(shapes(weightSpecs(config)))
    for (const { shape, data } of Object.values(weights))
      expect(data.length).toBe(elementCount(shape))
  })

  it('depend on the seed alone', () => {
    const embedding = 'model.embed_tokens.weight'
    expect(initialWeights(config, 7)[embedding]!.data).toEqual(weights[embedding]!.data)
    expect(initialWeights(config, 8)[embedding]!.data).not.toEqual(weights[embedding]!.data)
  })

  it.each([
    ['model.embed_tokens.weight', 0.02],
    ['model.layers.1.mlp.up_proj.weight', 0.02],
    ['model.layers.1.mlp.down_proj.weight', 0.02 / Math.sqrt(4)],
    ['model.layers.0.self_attn.o_proj.weight', 0.02 / Math.sqrt(4)],
  ])('%s are spread by %f', (key, deviation) => {
    const { data } = weights[key]!
    const spread = Math.hypot(...data) / Math.sqrt(data.length)
    // A sample's deviation scatters by 1 / √(2n)
    expect(Math.abs(spread / deviation - 1)).toBeLessThan(4 / Math.sqrt(2 * data.length))
  })

  it('have norms of one', () => {
    expect(new Set(weights['model.norm.weight']!.data)).toEqual(new Set([1]))
  })
})

function worst(found: ArrayLike<number>, expected: readonly number[]): number {
  expect(found.length).toBe(expected.length)
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]!)), 0)
}

function distance(found: ArrayLike<number>, expected: readonly number[]): number {
  expect(found.length).toBe(expected.length)
  return Math.hypot(...expected.map((value, i) => value - found[i]!))
}
