import { beforeAll, describe, expect, it } from 'vitest'
import { createEngine, engineNames } from '../../src/compile/index.js'
import type { EngineName } from '../../src/compile/index.js'
import { engineReports } from './engine-reports.js'
import { llamaState, llamaTraining, scalar, tiny, tokens } from './programs.js'

const reports = await engineReports()

describe('a training step of a Llama', () => {
  let reference: number[]
  beforeAll(async () => {
    reference = await losses('tfjs-cpu')
  })

  it('learns', () => {
    expect(reference[0]).toBeCloseTo(Math.log(tiny.vocabulary), 0)
    expect(reference.at(-1)).toBeLessThan(reference[0]! - 0.5)
  })

  // What npm brings must be there; the others are held where they are.
  const brought: readonly EngineName[] = ['onnxruntime', 'tfjs-wasm']
  for (const name of engineNames.filter(name => name !== 'tfjs-cpu')) {
    it.skipIf(!brought.includes(name) && !reports.find(report => report.name === name)!.usable)(
      `gives on ${name} the losses of plain JavaScript`,
      async () => {
        for (const [i, loss] of (await losses(name)).entries())
          expect(Math.abs(loss - reference[i]!), `step ${i}`).toBeLessThan(2e-5)
      },
    )
  }
})

async function losses(name: EngineName): Promise<number[]> {
  const engine = await createEngine(name, { threads: 2 })
  const state = await engine.createState(llamaState(tiny))
  const [step] = await engine.load([llamaTraining(tiny)])
  const found: number[] = []
  for (let i = 1; i <= 10; i++) {
    const { loss } = await step!.run(state, {
      tokens: tokens(tiny, i % 3),
      rate: scalar(0.01),
      step: scalar(i),
    })
    found.push(loss!.data[0]!)
  }
  state.dispose()
  await engine.dispose()
  return found
}
