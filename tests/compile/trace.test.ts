import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { describe, expect, it } from 'vitest'
import { UntraceableError, createEngine } from '../../src/compile/index.js'
import type { Program } from '../../src/compile/index.js'
import { UserError } from '../../src/errors.js'
import { emitOnnx } from '../../src/compile/onnx/emit.js'
import { trace } from '../../src/compile/trace/trace.js'
import { llamaTraining, tiny } from './programs.js'

const square = { shape: [3, 3], dtype: 'float32' } as const

function program(body: (x: Tensor) => Tensor): Program {
  return {
    name: 'try',
    state: {},
    inputs: { x: square },
    body: (_, { x }) => ({ outputs: { y: body(x!) } }),
  }
}

describe('tracing', () => {
  it('leaves tfjs as it was: backend, tensors, after success and after failure', () => {
    void tf.setBackend('cpu')
    const before = tf.memory().numTensors
    trace(llamaTraining(tiny))
    expect(() =>
      trace(
        program(x => {
          x.dataSync()
          return x
        }),
      ),
    ).toThrow(UntraceableError)
    expect(() =>
      trace(
        program(() => {
          throw new Error('own mistake')
        }),
      ),
    ).toThrow('own mistake')
    expect(tf.getBackend()).toBe('cpu')
    expect(tf.memory().numTensors).toBe(before)
    expect(tf.tensor([1, 2]).add(1).dataSync()).toEqual(Float32Array.of(2, 3))
  })

  it('says which operation cannot be written into a graph, and what to do', () => {
    const attempt = (): unknown =>
      trace(
        program(x =>
          tf.multinomial(x.slice([0], [1]).reshape([3]) as tf.Tensor1D, 2).cast('float32'),
        ),
      )
    expect(attempt).toThrow(
      'try: uses the operation Multinomial, which cannot be written into a graph. Write it with other operations, or run the program eagerly.',
    )
    expect(attempt).toThrow(UserError)
  })

  it('says when a value is read back', () => {
    for (const read of [(x: Tensor) => x.dataSync(), (x: Tensor) => x.arraySync()]) {
      expect(() =>
        trace(
          program(x => {
            read(x.mean())
            return x
          }),
        ),
      ).toThrow("try: reads a tensor's value back while it is being traced")
    }
  })

  it('says when the program returns what it did not declare', () => {
    const state = { w: square }
    const returning = (next: (w: Tensor) => Record<string, Tensor>): Program => ({
      name: 'try',
      state,
      inputs: {},
      body: ({ w }) => ({ outputs: {}, state: next(w!) }),
    })
    expect(() => trace(returning(w => ({ v: w })))).toThrow(
      'try: replaces v, which is not among its state (w)',
    )
    expect(() => trace(returning(w => ({ w: w.sum() })))).toThrow(
      'try: new w is float32 [], declared float32 [3,3]',
    )
    expect(() => trace(returning(w => ({ w: w.cast('int32') })))).toThrow(
      'try: new w is int32 [3,3], declared float32 [3,3]',
    )
    expect(() => trace(program(x => x.greater(0)))).toThrow('output y is bool')
    expect(() => trace(program(() => 3 as unknown as Tensor))).toThrow(
      'try: output y is not a tensor',
    )
  })

  it('takes tensors made before it as constants, also ones that share their data', async () => {
    await tf.setBackend('cpu')
    const held = tf.tensor([1, 2, 3, 4, 5, 6, 7, 8, 9], [9])
    const shaped = held.reshape([3, 3])
    const engine = await createEngine('onnxruntime', { threads: 1 })
    const [runnable] = await engine.load([
      program(x =>
        x
          .add(shaped)
          .add(held.slice([6], [3]))
          .add(held.reshape([3, 3])),
      ),
    ])
    const { y } = await runnable!.run([], { x: { ...square, data: new Float32Array(9) } })
    expect([...y!.data]).toEqual([9, 12, 15, 15, 18, 21, 21, 24, 27])
    expect(shaped.dataSync()[8]).toBe(9)
    tf.dispose([held, shaped])
    await engine.dispose()
  })

  it('may not be nested', () => {
    expect(() =>
      trace(
        program(x => {
          trace(program(y => y))
          return x
        }),
      ),
    ).toThrow('cannot be traced inside another program')
  })
})

describe('the graph', () => {
  it('holds nothing that serves no output', () => {
    const lean = emitOnnx(trace(program(x => x.add(1))))
    const busy = emitOnnx(
      trace(
        program(x => {
          x.matMul(x).softmax()
          return x.add(1)
        }),
      ),
    )
    expect(busy.nodes).toBe(lean.nodes)
    expect(busy.bytes).toEqual(lean.bytes)
  })

  it('holds a constant and a computation once', () => {
    const once = emitOnnx(trace(program(x => x.mul(2.5).add(2.5))))
    const twice = emitOnnx(trace(program(x => x.mul(2.5).add(x.mul(2.5).mean().mul(0)).add(2.5))))
    expect(once.nodes).toBe(2)
    expect(twice.nodes).toBe(5)
  })

  it('does not hold the tensors of ones that gradients of sums are full of', () => {
    const big = { shape: [1000, 1000], dtype: 'float32' } as const
    const { bytes } = emitOnnx(
      trace({
        name: 'sum',
        state: { w: big },
        inputs: {},
        body: ({ w }) => {
          const { value, grads } = tf.valueAndGrads(
            (x: Tensor) => x.square().mean().add(x.sum()) as tf.Scalar,
          )([w!])
          return { outputs: { value }, state: { w: grads[0]! } }
        },
      }),
    )
    expect(bytes.length).toBeLessThan(4000)
  })

  it('asks only for the state and inputs it uses', () => {
    const { feeds } = emitOnnx(
      trace({
        name: 'part',
        state: { a: square, b: square },
        inputs: { x: square, y: square },
        body: ({ a }, { y }) => ({ outputs: { z: a!.add(y!) } }),
      }),
    )
    expect(
      Object.values(feeds)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(['a', 'y'])
  })

  it('is the same each time', () => {
    expect(emitOnnx(trace(llamaTraining(tiny))).bytes).toEqual(
      emitOnnx(trace(llamaTraining(tiny))).bytes,
    )
  })
})
