import * as tf from '@tensorflow/tfjs'
import { afterAll, describe, expect, it } from 'vitest'
import { createEngine } from '../../src/compile/index.js'
import type { Engine, HostTensor, Program } from '../../src/compile/index.js'
import { shardedProgram } from '../../src/compile/sharded-program.js'
import { float, scalar } from './programs.js'
import { testedEngines } from './tested-engines.js'

const ROWS = 12
const WIDTH = 16

/** A step of least squares: its gradient is a sum over rows. */
function leastSquares(shardCount: number): Program {
  const weights = { shape: [WIDTH, 1], dtype: 'float32' } as const
  return shardedProgram({
    name: 'least squares',
    shardCount,
    shardedInputs: ['x', 'y'],
    state: { w: weights },
    inputs: {
      x: { shape: [ROWS, WIDTH], dtype: 'float32' },
      y: { shape: [ROWS, 1], dtype: 'float32' },
      rate: { shape: [], dtype: 'float32' },
    },
    sums: { loss: { shape: [], dtype: 'float32' }, gradient: weights },
    shardSums({ w }, { x, y }) {
      const { value, grads } = tf.valueAndGrads(w =>
        tf.sum(tf.square(tf.sub(tf.matMul(x!, w!), y!))),
      )([w!])
      return { loss: value, gradient: grads[0]! }
    },
    finish: ({ w }, { rate }, { loss, gradient }) => ({
      outputs: { loss: loss! },
      state: { w: tf.sub(w!, tf.mul(gradient!, rate!)) },
    }),
  })
}

const start = { w: float([WIDTH, 1], i => Math.sin(i)) }
const inputs = {
  x: float([ROWS, WIDTH], i => Math.cos(3 * i)),
  y: float([ROWS, 1], i => i % 5),
  rate: scalar(0.003),
}

async function trained(engine: Engine, shardCount: number, steps: number): Promise<number[]> {
  const [step] = await engine.load([leastSquares(shardCount)])
  const state = await engine.createState(start)
  const losses: number[] = []
  for (let i = 0; i < steps; i++) losses.push((await step!.run(state, inputs))['loss']!.data[0]!)
  losses.push(...(await state.read())['w']!.data)
  state.dispose()
  step!.dispose()
  return losses
}

describe.each(testedEngines)('a sharded program on %s', name => {
  const engines = new Map<number, Promise<Engine>>()
  const engineWith = (threads: number): Promise<Engine> => {
    if (!engines.has(threads)) engines.set(threads, createEngine(name, { threads }))
    return engines.get(threads)!
  }
  afterAll(async () => {
    for (const engine of engines.values()) await (await engine).dispose()
  })

  it.each([
    [1, 2],
    [2, 2],
    [2, 3],
    [2, 4],
    [4, 4],
    [3, 12],
  ])(
    'with %i threads, in %i shards, computes what it computes without shards',
    async (threads, shardCount) => {
      const whole = await trained(await createEngine('tfjs-cpu', { threads: 1 }), 1, 20)
      const found = await trained(await engineWith(threads), shardCount, 20)
      expect(found).toHaveLength(whole.length)
      found.forEach((value, i) =>
        expect(Math.abs(value - whole[i]!)).toBeLessThan(1e-4 * Math.max(1, Math.abs(whole[i]!))),
      )
      expect(whole[19]!).toBeLessThan(whole[0]!)
    },
  )

  it('gives equal bits in equal runs', async () => {
    const engine = await engineWith(2)
    expect(await trained(engine, 4, 30)).toEqual(await trained(engine, 4, 30))
  })

  it('sees state that was written to between two runs, and state of its own for each', async () => {
    const engine = await engineWith(2)
    const [step] = await engine.load([leastSquares(2)])
    const [one, two] = [
      await engine.createState(start),
      await engine.createState({ w: float([WIDTH, 1], () => 0) }),
    ]
    const lossOn = async (state: typeof one): Promise<number> =>
      (await step!.run(state, { ...inputs, rate: scalar(0) }))['loss']!.data[0]!
    const [first, second] = [await lossOn(one), await lossOn(two)]
    expect(second).toBeCloseTo(
      [...inputs.y.data].reduce((sum, y) => sum + y * y, 0),
      3,
    )
    expect(await lossOn(one)).toBe(first)
    await one.write({ w: float([WIDTH, 1], () => 0) })
    expect(await lossOn(one)).toBe(second)
    one.dispose()
    two.dispose()
    await expect(step!.run(one, inputs)).rejects.toThrow()
  })

  it('says which input is missing, and goes on', async () => {
    const engine = await engineWith(2)
    const [step] = await engine.load([leastSquares(2)])
    const state = await engine.createState(start)
    const { x, rate } = inputs
    await expect(step!.run(state, { x, rate })).rejects.toThrow('missing')
    expect((await step!.run(state, inputs))['loss']!.data[0]).toBeGreaterThan(0)
    state.dispose()
  })
})

it('refuses inputs that cannot be divided into that many shards', () => {
  expect(() => leastSquares(5)).toThrow(
    'least squares: input x cannot be divided into 5 equal shards',
  )
})

describe('shards on onnxruntime that fail', () => {
  /** Places outside of a table are an error of the graph's. */
  const lookUp = shardedProgram({
    name: 'look up',
    shardCount: 2,
    shardedInputs: ['places'],
    state: { table: { shape: [4, 2], dtype: 'float32' } },
    inputs: { places: { shape: [2], dtype: 'int32' } },
    sums: { total: { shape: [], dtype: 'float32' } },
    shardSums: ({ table }, { places }) => ({ total: tf.sum(tf.gather(table!, places!)) }),
    finish: (_, __, { total }) => ({ outputs: { total: total! } }),
  })
  const places = (...data: number[]): { places: HostTensor } => ({
    places: { shape: [2], dtype: 'int32', data: Int32Array.from(data) },
  })

  it.each([[[9, 0]], [[0, 9]], [[9, 9]]])('%s: say so, and the next run is right', async wrong => {
    const engine = await createEngine('onnxruntime', { threads: 2 })
    const state = await engine.createState({ table: float([4, 2], i => i) })
    const [runnable] = await engine.load([lookUp])
    await expect(runnable!.run(state, places(...wrong))).rejects.toThrow(/indices|bounds/)
    expect((await runnable!.run(state, places(1, 3)))['total']!.data[0]).toBe(2 + 3 + 6 + 7)
    await engine.dispose()
  })
})
