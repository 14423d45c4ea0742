import type { Tensor } from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import type {
  Engine,
  HostTensor,
  Named,
  Program,
  Runnable,
  State,
} from '../../src/compile/index.js'
import { createTensorflowEngine } from '../../src/compile/engines/tensorflow.js'
import { loadTfjsNode } from '../../src/compile/engines/tensorflow-package.js'
import { NativeTensorflow } from '../../src/compile/tensorflow/session.js'
import {
  float,
  llamaEvaluation,
  llamaState,
  llamaTraining,
  scalar,
  tiny,
  tokens,
} from './programs.js'
import { testedEngines } from './tested-engines.js'

const vector = { shape: [2], dtype: 'float32' } as const
const values = (tensor: HostTensor | undefined): number[] => [...tensor!.data]
const adding = (name: string): Program => ({
  name,
  state: { w: vector },
  inputs: { x: vector },
  body: ({ w }, { x }) => ({ outputs: { before: w! }, state: { w: w!.add(x!) } }),
})

// TensorFlow is optional: see TUNE_TEST_ENGINES.
describe.skipIf(!testedEngines.includes('tensorflow')).each([
  ['one graph for all programs', true],
  ['a graph for each loading', false],
] as const)('TensorFlow with %s', (_, oneGraph) => {
  it('lets programs that come later go on with the state of those before', async () => {
    const engine = await createTensorflowEngine({ threads: 1, oneGraph })
    const state = await engine.createState({ w: float([2], i => i) })
    const known: Runnable[] = []
    let expected = [0, 1]
    for (let i = 0; i < 4; i++) {
      known.push((await engine.load([adding(`add ${i}`)]))[0]!)
      for (const runnable of known) {
        const { before } = await runnable.run(state, { x: float([2], () => i + 1) })
        expect(values(before)).toEqual(expected)
        expected = expected.map(value => value + i + 1)
      }
      expect(values((await state.read()).w)).toEqual(expected)
    }
    known[0]!.dispose()
    await known[3]!.run(state, { x: float([2], () => 1) })
    expect(values((await state.read()).w)).toEqual(expected.map(value => value + 1))
    await engine.dispose()
    expect(values((await state.read()).w)).toEqual(expected.map(value => value + 1))
  })

  it('keeps apart the states that one program runs over in turn', async () => {
    const engine = await createTensorflowEngine({ threads: 1, oneGraph })
    const states = await Promise.all(
      [0, 100].map(start => engine.createState({ w: float([2], () => start) })),
    )
    const [add] = await engine.load([adding('add')])
    for (let i = 0; i < 3; i++)
      for (const state of states) await add!.run(state, { x: float([2], () => 1) })
    await states[0]!.write({ w: float([2], () => 7) })
    await add!.run(states[0]!, { x: float([2], () => 1) })
    expect(values((await states[0]!.read()).w)).toEqual([8, 8])
    expect(values((await states[1]!.read()).w)).toEqual([103, 103])
    await engine.dispose()
  })

  it('trains alike whether training and evaluation come together or apart', async () => {
    const losses = async (together: boolean): Promise<number[]> => {
      const engine = await createTensorflowEngine({ threads: 1, oneGraph })
      const state = await engine.createState(llamaState(tiny))
      const [train, evaluate] = together
        ? await engine.load([llamaTraining(tiny), llamaEvaluation(tiny)])
        : [
            (await engine.load([llamaTraining(tiny)]))[0],
            (await engine.load([llamaEvaluation(tiny)]))[0],
          ]
      const found: number[] = []
      for (let i = 1; i <= 5; i++) {
        found.push(
          await lossOf(train!, state, {
            tokens: tokens(tiny, i),
            rate: scalar(0.01),
            step: scalar(i),
          }),
        )
        found.push(await lossOf(evaluate!, state, { tokens: tokens(tiny, 9) }))
      }
      await engine.dispose()
      return found
    }
    expect(await losses(true)).toEqual(await losses(false))
  })

  it('holds no memory of its callers: an input that becomes state outlives the array it came in', async () => {
    const engine = await createTensorflowEngine({ threads: 1, oneGraph })
    const state = await engine.createState({ w: float([2], () => 0) })
    const bodies: Program['body'][] = [
      (_, { x }) => ({ outputs: {}, state: { w: x! } }),
      (_, { x }) => ({ outputs: {}, state: { w: x!.reshape([2, 1]).reshape([2]) } }),
    ]
    for (const body of bodies) {
      const [replace] = await engine.load([
        { name: 'replace', state: { w: vector }, inputs: { x: vector }, body },
      ])
      const x = float([2], i => i + 5)
      await replace!.run(state, { x })
      x.data.fill(0)
      expect(values((await state.read()).w)).toEqual([5, 6])
    }
    await engine.dispose()
  })

  it('gives back every tensor and every graph', async () => {
    await loadTfjsNode()
    const tensorflow = new NativeTensorflow()
    const before = tensorflow.counts()
    const engine = await createTensorflowEngine({ threads: 1, oneGraph })
    const states = [
      await engine.createState({ w: float([2], () => 0) }),
      await engine.createState({ w: float([2], () => 0) }),
    ]
    const [first] = await engine.load([adding('first')])
    const [second, failing] = await engine.load([adding('second'), reading])
    for (const state of states)
      for (const runnable of [first!, second!])
        await runnable.run(state, { x: float([2], () => 1) })
    await expect(
      failing!.run(states[0]!, {
        x: float([2], () => 1),
        i: { shape: [1], dtype: 'int32', data: Int32Array.of(9) },
      }),
    ).rejects.toThrow()
    for (const state of states) state.dispose()
    await disposed(engine, [first!, second!, failing!])
    expect(tensorflow.counts()).toEqual(before)
  })
})

/** Fails where TensorFlow finds the index out of bounds, in the middle of a run. */
const reading: Program = {
  name: 'read',
  state: { w: vector },
  inputs: { x: vector, i: { shape: [1], dtype: 'int32' } },
  body: ({ w }, { x, i }: Named<Tensor>) => ({ outputs: { y: w!.add(x!).gather(i as never) } }),
}

async function lossOf(
  runnable: Runnable,
  state: State,
  inputs: Named<HostTensor>,
): Promise<number> {
  return (await runnable.run(state, inputs)).loss!.data[0]!
}

async function disposed(engine: Engine, runnables: readonly Runnable[]): Promise<void> {
  for (const runnable of runnables) runnable.dispose()
  await engine.dispose()
}
