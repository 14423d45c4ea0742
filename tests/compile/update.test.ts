import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createEngine } from '../../src/compile/index.js'
import type { Engine, HostTensor, Named, Program } from '../../src/compile/index.js'
import { trace } from '../../src/compile/trace/trace.js'
import { splitUpdates } from '../../src/compile/update/split-updates.js'
import { float, llamaTraining, scalar, tiny, uniforms } from './programs.js'

type Build = (a: Tensor, b: Tensor, c: Tensor) => Tensor

const elementwise: Readonly<Record<string, Build>> = {
  add: (a, b) => a.add(b),
  sub: (a, b) => a.sub(b),
  mul: (a, b) => a.mul(b),
  div: (a, b) => a.div(b.abs().add(0.5)),
  maximum: (a, b) => a.maximum(b),
  minimum: (a, b) => a.minimum(b),
  squaredDifference: (a, b) => a.squaredDifference(b),
  square: a => a.square(),
  sqrt: a => a.abs().sqrt(),
  rsqrt: a => a.abs().add(0.5).rsqrt(),
  reciprocal: a => a.abs().add(0.5).reciprocal(),
  neg: a => a.neg(),
  sign: a => a.sign(),
  floor: a => a.floor(),
  ceil: a => a.ceil(),
  round: a => a.round(),
  relu: a => a.relu(),
  clip: a => a.clipByValue(-0.5, 0.75),
  addN: (a, b, c) => tf.addN([a, b, c].map(x => x.mul(tf.onesLike(a)))),
  where: (a, b, c) =>
    tf.where(
      a.greater(b).logicalOr(b.notEqual(c)).logicalAnd(c.lessEqual(1).logicalNot()),
      a.mul(1),
      b.mul(tf.onesLike(a)),
    ),
  whereEqual: (a, b, c) =>
    tf.where(a.equal(b).logicalOr(a.greaterEqual(c)).logicalOr(a.less(-1)), a.neg(), a.mul(0.5)),
}

/**
 * Three states of 37 numbers, updated by a chain of operations; what a matrix product gives stands
 * for a gradient.
 */
function updateProgram(
  chain: readonly (readonly [string, number, number])[],
  length: number,
): Program {
  const vector = { shape: [length], dtype: 'float32' } as const
  return {
    name: 'update',
    state: { w: vector, m: vector, v: vector },
    inputs: { x: { shape: [1, 1], dtype: 'float32' }, rate: { shape: [], dtype: 'float32' } },
    body: ({ w, m, v }, { x, rate }) => {
      const gradient = tf.matMul(x!, tf.ones([1, length])).reshape([length])
      const values: Tensor[] = [w!, m!, v!, gradient.mul(rate!)]
      for (const [name, i, j] of chain) {
        const a = values.at(-1 - (i % values.length))!
        values.push(elementwise[name]!(a, values.at(-1 - (j % values.length))!, rate!))
      }
      const last = values.at(-1)!
      return {
        outputs: { sum: w!.sum() },
        state: { w: w!.sub(last.mul(rate!)), m: values.at(-2)!.mul(1), v: v!.mul(0.5).add(m!) },
      }
    },
  }
}

describe('updates outside the graph', () => {
  it('give what plain JavaScript gives, whatever they are made of', async () => {
    const engines = [
      await createEngine('onnxruntime', { threads: 1 }),
      await createEngine('tfjs-cpu', { threads: 1 }),
    ]
    const links = fc.tuple(fc.constantFrom(...Object.keys(elementwise)), fc.nat(5), fc.nat(5))
    await fc.assert(
      fc.asyncProperty(
        fc.array(links, { minLength: 1, maxLength: 6 }),
        fc.integer({ min: 2, max: 70 }),
        fc.nat(1000),
        async (chain, length, seed) => {
          const [found, expected] = [
            await twoRuns(engines[0]!, updateProgram(chain, length), length, seed),
            await twoRuns(engines[1]!, updateProgram(chain, length), length, seed),
          ]
          for (const [name, { data }] of Object.entries(expected)) {
            data.forEach((value, i) =>
              expect(
                apart(found[name]!.data[i]!, value),
                `${name}[${i}]: ${found[name]!.data[i]}, expected ${value}`,
              ).toBe(false),
            )
          }
        },
      ),
      { numRuns: 60 },
    )
    for (const engine of engines) await engine.dispose()
  }, 120_000)

  it('reach every element of tensors that do not fit into their memory at once', async () => {
    const length = 100_003
    const engine = await createEngine('onnxruntime', { threads: 1 })
    const [program] = await engine.load([
      {
        name: 'decay',
        state: { w: { shape: [length], dtype: 'float32' } },
        inputs: { keep: { shape: [], dtype: 'float32' } },
        body: ({ w }, { keep }) => ({ outputs: {}, state: { w: w!.mul(keep!).add(1) } }),
      },
    ])
    const state = await engine.createState({ w: float([length], i => i) })
    await program!.run(state, { keep: scalar(0.5) })
    const { w } = await state.read()
    expect(w!.data.every((value, i) => value === i / 2 + 1)).toBe(true)
    await engine.dispose()
  })

  it('see every state as it was before any of them', async () => {
    const engine = await createEngine('onnxruntime', { threads: 1 })
    const vector = { shape: [3], dtype: 'float32' } as const
    const [program] = await engine.load([
      {
        name: 'swap',
        state: { a: vector, b: vector, scale: { shape: [], dtype: 'float32' } },
        inputs: {},
        body: ({ a, b, scale }) => ({
          outputs: { a: a! },
          state: { a: b!.mul(scale!), b: a!.add(b!), scale: scale!.add(1) },
        }),
      },
    ])
    const state = await engine.createState({
      a: float([3], () => 1),
      b: float([3], () => 10),
      scale: scalar(2),
    })
    const { a } = await program!.run(state, {})
    expect([...a!.data]).toEqual([1, 1, 1])
    expect(Object.values(await state.read()).map(({ data }) => [...data])).toEqual([
      [20, 20, 20],
      [11, 11, 11],
      [3],
    ])
    await engine.dispose()
  })

  it('take the whole of an optimizer, with one gradient for each weight left to hand over', () => {
    const { graph, updates, sources } = splitUpdates(trace(llamaTraining(tiny)))
    const weights = Object.keys(llamaTraining(tiny).state).length / 3
    expect(graph.replaced).toEqual({})
    expect(updates).toHaveLength(weights)
    expect(Object.values(sources).filter(({ shape }) => shape.length > 0)).toHaveLength(weights)
  })

  it('leave in the graph what is not elementwise in the state it replaces', () => {
    const matrix = { shape: [4, 4], dtype: 'float32' } as const
    const { graph, updates } = splitUpdates(
      trace({
        name: 'mixed',
        state: { a: matrix, b: matrix, c: matrix, d: matrix },
        inputs: { x: matrix, row: { shape: [4], dtype: 'float32' } },
        body: ({ a, b, c, d }, { x, row }) => ({
          outputs: {},
          state: { a: a!.matMul(x!), b: b!.exp(), c: c!.mul(row!), d: d!.add(x!) },
        }),
      }),
    )
    expect(Object.keys(graph.replaced)).toEqual(['a', 'b', 'c'])
    expect(updates.flatMap(({ writes }) => writes.map(([name]) => name))).toEqual(['d'])
  })
})

async function twoRuns(
  engine: Engine,
  program: Program,
  length: number,
  seed: number,
): Promise<Named<HostTensor>> {
  const next = uniforms(seed)
  const random = (): HostTensor => float([length], () => 3 * (next() - 0.5))
  const state = await engine.createState({ w: random(), m: random(), v: random() })
  const [runnable] = await engine.load([program])
  const inputs = { x: float([1, 1], () => next() - 0.5), rate: scalar(0.3) }
  const outputs = [await runnable!.run(state, inputs), await runnable!.run(state, inputs)]
  const values = { ...(await state.read()), first: outputs[0]!.sum!, second: outputs[1]!.sum! }
  runnable!.dispose()
  state.dispose()
  return values
}

/** Rounding apart; where a step function stands at its edge, both sides are right. */
function apart(found: number, expected: number): boolean {
  if (Number.isNaN(expected) || Math.abs(expected) > 1e6) return false
  return Math.abs(found - expected) > 1e-3 * Math.max(1, Math.abs(expected))
}
