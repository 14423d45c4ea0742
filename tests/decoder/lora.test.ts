import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { HostTensor, Named } from '../../src/compile/program.js'
import {
  adapterScale,
  adapterShape,
  adapterSpecs,
  initialAdapter,
} from '../../src/decoder/adapter/lora.js'
import { mergeAdapter } from '../../src/decoder/adapter/merge.js'
import { elementCount } from '../../src/util/element-count.js'
import { PLAIN, type TrainingVariant } from '../../src/training/variant.js'
import { createTrainer } from '../../src/training/trainer.js'
import type { LoraSpec } from '../../src/settings/index.js'
import { engineFor, engines } from './engines.js'
import { tinyBatch, tinyConfig, tinyWeights, uniform } from './tiny-llama.js'

/** By PEFT: scripts/golden/lora.py. */
const golden = JSON.parse(
  readFileSync(new URL('../golden/lora.json', import.meta.url), 'utf8'),
) as {
  readonly runs: readonly {
    readonly lora: LoraSpec
    readonly learningRate: number
    readonly weightDecay: number
    readonly clipNorm: number
    readonly losses: readonly number[]
    readonly norms: readonly number[]
    readonly learned: number
  }[]
}
const config = tinyConfig(true)
const rank2: LoraSpec = { rank: 2, alpha: 4, dropout: 0, targets: ['all-linear'], rslora: false }
const variantWith = (lora: LoraSpec, changes: Partial<TrainingVariant> = {}): TrainingVariant => ({
  ...PLAIN,
  adapter: { ...adapterShape(config, lora), dropout: lora.dropout > 0 },
  ...changes,
})
const settings = { learningRate: 0.02, weightDecay: 0, clipNorm: 1 }

/** The adapter of the script: each weight's stream is its place in alphabetical order. */
function adapterOf(lora: LoraSpec): Named<HostTensor> {
  const specs = adapterSpecs(config, adapterShape(config, lora))
  return Object.fromEntries(
    Object.keys(specs)
      .sort()
      .map((name, stream) => {
        const { shape } = specs[name]!
        return [
          name,
          {
            shape,
            dtype: 'float32',
            data: Float32Array.from(
              { length: elementCount(shape) },
              (_, i) => 0.6 * (uniform(i, 3000 + stream) - 0.5),
            ),
          },
        ]
      }),
  )
}

describe.each(engines)('LoRA on %s', name => {
  const engine = engineFor(name)

  it.each(golden.runs)(
    'follows PEFT for thirty steps from the same adapter: rank $lora.rank, rsLoRA $lora.rslora',
    async ({ lora, losses, norms, learned, ...settings }) => {
      const frozen = await (await engine()).createState(tinyWeights(config))
      const trainer = await createTrainer(await engine(), config, {
        weights: adapterOf(lora),
        frozen,
        variant: variantWith(lora),
      })
      for (const [step, loss] of losses.entries()) {
        const got = await trainer.step(tinyBatch(step), {
          ...settings,
          adapterScale: adapterScale(lora),
        })
        expect(Math.abs(got.loss / got.count - loss), `loss of step ${step}`).toBeLessThan(1e-4)
        expect(Math.abs(got.norm / norms[step]! - 1), `norm of step ${step}`).toBeLessThan(1e-3)
      }
      const numbers = (values: Named<HostTensor>): number =>
        Object.values(values).reduce((sum, { data }) => sum + data.length, 0)
      expect(numbers(await trainer.weights())).toBe(learned)
      expect(numbers(await trainer.moments())).toBe(2 * learned)
      expect(await frozen.read()).toEqual(tinyWeights(config))
      trainer.dispose()
      frozen.dispose()
    },
  )

  it('measures, merged into the weights, what it measured beside them', async () => {
    const lora = golden.runs[1]!.lora
    const frozen = await (await engine()).createState(tinyWeights(config))
    const beside = await createTrainer(await engine(), config, {
      weights: adapterOf(lora),
      frozen,
      variant: variantWith(lora),
    })
    const merged = await createTrainer(await engine(), config, {
      weights: mergeAdapter(config, tinyWeights(config), lora, adapterOf(lora)),
    })
    const [a, b] = [
      await beside.evaluate([tinyBatch(0)], { adapterScale: adapterScale(lora) }),
      await merged.evaluate([tinyBatch(0)]),
    ]
    expect(Math.abs(a.loss - b.loss) / a.count).toBeLessThan(1e-5)
    expect(a.correct).toBe(b.correct)
    beside.dispose()
    merged.dispose()
  })

  it('with dropout, of adapters and of activations, gives the same bits twice, others under another key, and the same in parts', async () => {
    const lora = { ...rank2, dropout: 0.25 }
    const frozen = await (await engine()).createState(tinyWeights(config))
    const losses = async (dropoutKey: number, rows = 3): Promise<number[]> => {
      const fitting = {
        rows: () => rows,
        trying: () => {},
        fits: () => {},
        fails: () => {},
        outOfMemory: () => false,
      }
      const trainer = await createTrainer(await engine(), config, {
        weights: adapterOf(lora),
        frozen,
        variant: variantWith(lora, { dropout: true }),
        dropoutKey,
        fitting,
      })
      const results: number[] = []
      for (let step = 0; step < 5; step++)
        results.push(
          (
            await trainer.step(tinyBatch(step), {
              ...settings,
              dropout: 0.1,
              adapterDropout: 0.25,
              adapterScale: 2,
            })
          ).loss,
        )
      trainer.dispose()
      return results
    }
    const first = await losses(7)
    expect(await losses(7)).toEqual(first)
    expect(await losses(8)).not.toEqual(first)
    for (const [step, loss] of (await losses(7, 1)).entries())
      expect(Math.abs(loss / first[step]! - 1)).toBeLessThan(1e-5)
    frozen.dispose()
  })
})

describe('an adapter', () => {
  it('begins as the model itself', () => {
    const adapter = initialAdapter(config, adapterShape(config, rank2), [1, 2])
    expect(mergeAdapter(config, tinyWeights(config), rank2, adapter)).toEqual(tinyWeights(config))
    expect(new Set(adapter['model.layers.0.mlp.up_proj.lora_A.weight']!.data).size).toBeGreaterThan(
      10,
    )
  })

  it('takes every matrix of the blocks, or those that are named', () => {
    expect(adapterShape(config, rank2).layers.length).toBe(7 * config.layers)
    expect(adapterShape(config, { ...rank2, targets: ['v_proj'] }).layers).toEqual([
      'model.layers.0.self_attn.v_proj',
      'model.layers.1.self_attn.v_proj',
    ])
  })

  it('of a layer that the model does not have is refused with the nearest one', () => {
    expect(() => adapterShape(config, { ...rank2, targets: ['qproj'] })).toThrow(
      expect.objectContaining({ subject: 'lora.targets', remedy: 'Did you mean q_proj?' }) as Error,
    )
  })

  it('of a GPT-2 knows that its matrices lie the other way', () => {
    const gpt2 = { ...config, architecture: 'gpt2' as const, heads: 2, kvHeads: 2 }
    const lora = { ...rank2, targets: ['c_fc'] }
    const specs = adapterSpecs(gpt2, adapterShape(gpt2, lora))
    expect(specs['transformer.h.0.mlp.c_fc.lora_A.weight']!.shape).toEqual([2, 8])
    expect(specs['transformer.h.0.mlp.c_fc.lora_B.weight']!.shape).toEqual([12, 2])
  })
})
