import { describe, expect, it } from 'vitest'
import type { HostTensor, Named, Program } from '../../src/compile/index.js'
import { generate, type Model } from '../../src/decoder/generate/generate.js'
import { greedy } from '../../src/decoder/generate/pick.js'
import { runnablesOn } from '../../src/decoder/runnables.js'
import { batchInputs } from '../../src/training/batch.js'
import { gradientProgram, logitsProgram } from './programs.js'
import { engineFor, engines } from './engines.js'
import { configOf, familyTokens, familyWeights, golden } from './families.js'

const { batch: rows, length } = golden

describe.each(engines)('on %s', name => {
  const engine = engineFor(name)

  describe.each(Object.entries(golden.families))('a model of the family %s', (_, family) => {
    const config = configOf(family)
    const model = async (): Promise<Model> => {
      const on = await engine()
      return {
        engine: on,
        config,
        state: await on.createState(familyWeights(config)),
        runnables: runnablesOn(on),
      }
    }
    const outputs = async (
      program: Program,
      inputs: Named<HostTensor>,
    ): Promise<Named<HostTensor>> => {
      const { state, runnables } = await model()
      try {
        return await (await runnables.get('only', () => program)).run(state, inputs)
      } finally {
        state.dispose()
        await runnables.dispose()
      }
    }

    it('gives the logits of transformers', async () => {
      const seen = familyTokens.filter((_, i) => i % (length + 1) < length)
      const { logits } = await outputs(logitsProgram(config, { rows, length }), {
        tokens: { shape: [rows, length], dtype: 'int32', data: seen },
      })
      const at = (place: number): Float32Array =>
        (logits!.data as Float32Array).subarray(
          place * config.vocabulary,
          (place + 1) * config.vocabulary,
        )
      const last = Array.from({ length: rows }, (_, row) => [
        ...at(row * length + length - 1),
      ]).flat()
      expect(worst(last, family.lastLogits)).toBeLessThan(1e-4)
      expect(
        worst(
          family.logitNorms.map((_, place) => Math.hypot(...at(place))),
          family.logitNorms,
        ),
      ).toBeLessThan(1e-4)
    })

    it('gives the loss and every gradient of torch', async () => {
      const found = await outputs(
        gradientProgram(config, { rows, length }),
        batchInputs({
          rows,
          length,
          tokens: familyTokens,
          lossMask: new Float32Array(rows * length).fill(1),
        }),
      )
      expect(Math.abs(found.loss!.data[0]! / found.count!.data[0]! - family.loss)).toBeLessThan(
        1e-5,
      )
      expect(
        Object.keys(found)
          .filter(key => key.startsWith('gradient/'))
          .sort(),
      ).toEqual(
        Object.keys(family.gradients)
          .map(key => `gradient/${key}`)
          .sort(),
      )
      for (const [weight, { norm, first, last }] of Object.entries(family.gradients)) {
        const gradient = [...found[`gradient/${weight}`]!.data]
        expect(Math.abs(Math.hypot(...gradient) / norm - 1), weight).toBeLessThan(1e-3)
        expect(
          worst([...gradient.slice(0, 3), ...gradient.slice(-3)], [...first, ...last]) / norm,
          weight,
        ).toBeLessThan(1e-3)
      }
    })

    it('with its cache gives the 64 greedy tokens of transformers', async () => {
      expect(await generate(await model(), family.prompts, { maxTokens: 64, eos: [] })).toEqual(
        family.greedy,
      )
    })

    it('without it gives them too', async () => {
      const { state, runnables } = await model()
      const [prompt, expected] = [family.prompts[1]!, family.greedy[1]!]
      const total = prompt.length + expected.length
      const program = await runnables.get('whole', () =>
        logitsProgram(config, { rows: 1, length: total }),
      )
      const ids = new Int32Array(total)
      ids.set(prompt)
      for (let next = prompt.length; next < total; next++) {
        const { logits } = await program.run(state, {
          tokens: { shape: [1, total], dtype: 'int32', data: ids },
        })
        ids[next] = greedy(
          (logits!.data as Float32Array).subarray(
            (next - 1) * config.vocabulary,
            next * config.vocabulary,
          ),
        )
      }
      expect([...ids.subarray(prompt.length)]).toEqual(expected)
    })
  })
})

function worst(found: readonly number[], expected: readonly number[]): number {
  expect(found.length).toBe(expected.length)
  return expected.reduce((most, value, i) => Math.max(most, Math.abs(value - found[i]!)), 0)
}
