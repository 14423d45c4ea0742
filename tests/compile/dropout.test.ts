import * as tf from '@tensorflow/tfjs'
import { afterAll, describe, expect, it } from 'vitest'
import {
  createEngine,
  dropout,
  type Engine,
  type HostTensor,
  type Program,
} from '../../src/compile/index.js'
import { float, int } from './programs.js'

const engines = (process.env['TUNE_TEST_ENGINES']?.split(',') ?? [
  'onnxruntime',
  'tfjs-wasm',
  'tfjs-cpu',
]) as readonly Engine['name'][]
const opened: Engine[] = []
afterAll(async () => {
  for (const engine of opened) await engine.dispose()
})

const ROWS = 3
const EACH = 700

function program(site: string): Program {
  return {
    name: 'dropout',
    state: {},
    inputs: {
      x: { shape: [(ROWS * EACH) / 7, 7], dtype: 'float32' },
      keys: { shape: [ROWS], dtype: 'int32' },
      rate: { shape: [], dtype: 'float32' },
    },
    body: (_, { x, keys, rate }) => {
      const { value, grad } = tf.valueAndGrad(given =>
        tf.sum(tf.square(dropout(given, keys!, rate!, site))),
      )(x!) as unknown as { value: tf.Tensor; grad: tf.Tensor }
      return { outputs: { y: dropout(x!, keys!, rate!, site), value, gradient: grad } }
    },
  }
}

async function run(
  name: Engine['name'],
  { keys = [5, -7, 123456789], rate = 0.3, site = 'mlp' } = {},
): Promise<Record<string, HostTensor>> {
  const engine = await createEngine(name as 'onnxruntime', { threads: 1 })
  opened.push(engine)
  const [runnable] = await engine.load([program(site)])
  const state = await engine.createState({})
  return runnable!.run(state, {
    x: float([(ROWS * EACH) / 7, 7], () => 1),
    keys: int([ROWS], i => keys[i]!),
    rate: float([], () => rate),
  })
}

describe('dropout', () => {
  it.each(engines)('on %s keeps the elements that the formula keeps', async name => {
    const { y } = await run(name)
    expect(y!.data).toEqual((await run('tfjs-cpu')).y!.data)
    // Worked out by hand from the formula in BigInt: an implementation of its own
    expect([...y!.data].slice(EACH, EACH + 40).map(kept => (kept > 0 ? 1 : 0))).toEqual(
      Array.from({ length: 40 }, (_, i) => keeps(-7, 'mlp', i, 0.3)),
    )
  })

  it.each(engines)('on %s has the gradient of a product with its mask', async name => {
    const { y, gradient } = await run(name)
    for (const [i, kept] of y!.data.entries())
      expect(gradient!.data[i]).toBeCloseTo(2 * kept * kept, 4)
  })

  it('drops as many as asked, and leaves the mean as it was', async () => {
    for (const rate of [0, 0.1, 0.5, 0.9]) {
      const data = (await run('onnxruntime', { rate })).y!.data
      const dropped = data.filter(value => value === 0).length / data.length
      expect(Math.abs(dropped - rate)).toBeLessThan(
        4 * Math.sqrt((rate * (1 - rate)) / data.length) + 1e-12,
      )
      expect(Math.max(...data)).toBeCloseTo(1 / (1 - rate), 5)
    }
  })

  it('draws a row by its key and its site alone', async () => {
    const [first, moved, elsewhere] = [
      await run('onnxruntime'),
      await run('onnxruntime', { keys: [1, 2, 5] }),
      await run('onnxruntime', { site: 'attention' }),
    ]
    expect(moved.y!.data.subarray(2 * EACH)).toEqual(first.y!.data.subarray(0, EACH))
    expect(moved.y!.data.subarray(0, EACH)).not.toEqual(first.y!.data.subarray(0, EACH))
    expect(elsewhere.y!.data).not.toEqual(first.y!.data)
  })
})

function keeps(key: number, site: string, i: number, rate: number): number {
  const M = 0xffffffffn
  const mixed = (x: bigint): bigint => {
    let h = x & M
    h = (((h >> 16n) ^ h) * 0x45d9f3bn) & M
    h = (((h >> 16n) ^ h) * 0x45d9f3bn) & M
    return (h >> 16n) ^ h
  }
  let name = 0x811c9dc5n
  for (const letter of site) name = ((name ^ BigInt(letter.charCodeAt(0))) * 0x01000193n) & M
  const hash = mixed(mixed((BigInt(key) & M) ^ mixed(name)) + BigInt(i) * 0x9e3779b1n)
  return Number(hash >> 8n) / 2 ** 24 < Math.fround(rate) ? 0 : 1
}
