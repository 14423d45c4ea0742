import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEngine, type Engine } from '../../src/compile/index.js'
import { generate } from '../../src/decoder/generate/generate.js'
import { runnablesOn } from '../../src/decoder/runnables.js'
import { createTrainer, type Trainer } from '../../src/training/trainer.js'
import { golden, tinyBatch, tinyConfig, tinyWeights } from '../decoder/tiny-llama.js'

// Any Vulkan adapter will do; in software: npm run test:webgpu.
const asked = process.env['VK_ICD_FILENAMES'] !== undefined
const STEPS = 4
const training = golden.tied.training[0]!
const config = tinyConfig(true)

describe.skipIf(!asked)('WebGPU through onnxruntime', () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await createEngine('onnxruntime-webgpu', { threads: 1 })
  })
  afterAll(() => engine.dispose())

  it('says where it computes', () => {
    expect(engine).toMatchObject({ name: 'onnxruntime-webgpu', device: 'webgpu' })
  })

  it('trains as torch.optim.AdamW does, and goes on from a checkpoint', async () => {
    const first = await createTrainer(engine, config, { weights: tinyWeights(config) })
    await follow(first, 0, STEPS)
    const second = await createTrainer(engine, config, {
      weights: await first.weights(),
      resume: { moments: await first.moments(), steps: first.steps },
    })
    first.dispose()
    await follow(second, STEPS, 2 * STEPS)
    second.dispose()
  })

  it('gives the greedy tokens of transformers, several prompts at once', async () => {
    const state = await engine.createState(tinyWeights(config))
    const { prompts, greedy } = golden.tied
    const answers = await generate(
      { engine, config, state, runnables: runnablesOn(engine) },
      prompts,
      { maxTokens: 14, eos: [2] },
    )
    expect(answers).toEqual(greedy)
    state.dispose()
  })

  it('leaves on the device what a run replaces, and reads it from there', async () => {
    const w = { shape: [2, 2], dtype: 'float32' } as const
    const state = await engine.createState({ w: { ...w, data: Float32Array.of(1, 2, 3, 4) } })
    const [double] = await engine.load([
      {
        name: 'double',
        state: { w },
        inputs: {},
        body: ({ w }) => ({ outputs: { sum: w!.sum() }, state: { w: w!.mul(2) } }),
      },
    ])
    expect((await double!.run(state, {}))['sum']!.data[0]).toBe(10)
    expect((await double!.run(state, {}))['sum']!.data[0]).toBe(20)
    const { current } = (
      state as unknown as { buffer(name: string): { current: { location: string } } }
    ).buffer('w')
    expect(current.location).toBe('gpu-buffer')
    expect([...(await state.read())['w']!.data]).toEqual([4, 8, 12, 16])
    await state.write({ w: { ...w, data: Float32Array.of(1, 1, 1, 1) } })
    expect((await double!.run(state, {}))['sum']!.data[0]).toBe(4)
    state.dispose()
  })
})

async function follow(trainer: Trainer, from: number, until: number): Promise<void> {
  for (let step = from; step < until; step++) {
    const { loss, count } = await trainer.step(tinyBatch(step), {
      learningRate: training.rates[step]!,
      weightDecay: training.weightDecay,
      clipNorm: training.clipNorm,
    })
    expect(Math.abs(loss / count - training.losses[step]!), `loss of step ${step}`).toBeLessThan(
      2e-5,
    )
  }
}
