import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Worker } from 'node:worker_threads'
import { afterAll, expect, it } from 'vitest'
import { createEngine } from '../../src/compile/index.js'
import { compileSources } from './compiled.js'
import { llamaState, llamaTraining, scalar, tiny, tokens } from './programs.js'
import { testedEngines } from './tested-engines.js'

const graphs = testedEngines.filter(name => name === 'onnxruntime' || name === 'tensorflow')

const sources = compileSources()
afterAll(() => sources.remove())

const steps = 60

// Plain JavaScript, since a worker of Node 20 loads no TypeScript.
const script = `
  import { parentPort, workerData } from 'node:worker_threads'
  const { createEngine } = await import(workerData.sources)
  const { llamaState, llamaTraining, scalar, tiny, tokens } = await import(workerData.programs)
  const engine = await createEngine(workerData.engine, { threads: 1 })
  const state = await engine.createState(llamaState(tiny, workerData.seed))
  const [step] = await engine.load([llamaTraining(tiny)])
  const losses = []
  for (let i = 1; i <= workerData.steps; i++) {
    losses.push((await step.run(state, { tokens: tokens(tiny, i % 5), rate: scalar(0.01), step: scalar(i) })).loss.data[0])
  }
  await engine.dispose()
  parentPort.postMessage(losses)
`

function train(engine: string, seed: number): Promise<number[]> {
  const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`), {
    workerData: {
      engine,
      seed,
      steps,
      sources: pathToFileURL(join(sources.folder, 'src/compile/index.js')).href,
      programs: pathToFileURL(join(sources.folder, 'tests/compile/programs.js')).href,
    },
  })
  return new Promise((resolve, reject) => {
    worker.once('message', (losses: number[]) => resolve(losses))
    worker.once('error', reject)
  })
}

it.each(graphs)(
  'two workers train at once on %s, each what it trains alone, bit for bit, and so again in new workers',
  async name => {
    const alone = [await train(name, 1), await train(name, 2)]
    expect(alone[0]).not.toEqual(alone[1])
    for (let round = 0; round < 3; round++) {
      expect(await Promise.all([train(name, 1), train(name, 2)])).toEqual(alone)
    }
  },
  120_000,
)

it.each(graphs)(
  'a worker beside the main thread, on another engine than %s, does not disturb it',
  async name => {
    const engine = await createEngine(name, { threads: 2 })
    const losses = async (): Promise<number[]> => {
      const state = await engine.createState(llamaState(tiny, 1))
      const [step] = await engine.load([llamaTraining(tiny)])
      const found: number[] = []
      for (let i = 1; i <= steps; i++) {
        found.push(
          (
            await step!.run(state, {
              tokens: tokens(tiny, i % 5),
              rate: scalar(0.01),
              step: scalar(i),
            })
          ).loss!.data[0]!,
        )
      }
      return found
    }
    const alone = await losses()
    const [beside, wasm] = await Promise.all([losses(), train('tfjs-wasm', 1)])
    expect(beside).toEqual(alone)
    expect(wasm.at(-1)).toBeCloseTo(alone.at(-1)!, 2)
    await engine.dispose()
  },
  120_000,
)
