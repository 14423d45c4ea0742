import { describe, expect, it } from 'vitest'
import { createEngine } from '../../src/compile/index.js'
import type { AvailableName } from '../../src/compile/index.js'
import { llamaState, llamaTraining, scalar, tiny, tokens } from './programs.js'

describe('a training step of a Llama', () => {
  it('gives the same losses on every engine', async () => {
    const reference = await losses('tfjs-cpu')
    expect(reference[0]).toBeCloseTo(Math.log(tiny.vocabulary), 0)
    expect(reference.at(-1)).toBeLessThan(reference[0]!)
    for (const name of ['onnxruntime', 'tfjs-wasm'] as const) {
      const found = await losses(name)
      found.forEach((loss, i) => expect(Math.abs(loss - reference[i]!), `${name}, step ${i}`).toBeLessThan(2e-5))
    }
  })
})

async function losses(name: AvailableName): Promise<number[]> {
  const engine = await createEngine(name, { threads: 2 })
  const state = await engine.createState(llamaState(tiny))
  const [step] = await engine.load([llamaTraining(tiny)])
  const found: number[] = []
  for (let i = 1; i <= 10; i++) {
    const { loss } = await step!.run(state, { tokens: tokens(tiny, i % 3), rate: scalar(0.01), step: scalar(i) })
    found.push(loss!.data[0]!)
  }
  state.dispose()
  await engine.dispose()
  return found
}
