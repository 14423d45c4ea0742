import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createEngine, rmsNorm, swiglu } from '../../src/compile/index.js'
import type { Engine, HostTensor, Named, Program } from '../../src/compile/index.js'
import { withGradient } from '../../src/compile/ops/with-gradient.js'
import { float, int, uniforms } from './programs.js'
import { testedEngines } from './tested-engines.js'

const rows = 3
const columns = 4

type Operation = (a: Tensor, b: Tensor, ids: Tensor) => Tensor

/**
 * Operations on 3 x 4 tensors that give 3 x 4 again, so that any may follow any. Values stay small.
 */
const operations: Record<string, Operation> = {
  add: (a, b) => a.add(b).mul(0.7),
  subtractRow: (a, b) => a.sub(b.slice([1, 0], [1, columns])),
  multiply: (a, b) => a.mul(b.tanh()),
  divide: (a, b) => a.div(b.square().add(1)),
  power: (a, b) => a.abs().add(0.3).pow(b.tanh()),
  negate: a => a.neg(),
  sigmoid: a => a.sigmoid(),
  tanh: a => a.tanh(),
  exp: a => a.tanh().exp(),
  log: a => a.square().add(0.5).log(),
  sqrt: a => a.square().add(0.1).sqrt(),
  rsqrt: a => a.square().add(0.1).rsqrt(),
  softplus: a => a.softplus(),
  relu: a => a.relu(),
  elu: a => a.elu(),
  leakyRelu: a => tf.leakyRelu(a, 0.1),
  maximum: (a, b) => a.maximum(b.mul(0.9).add(0.05)),
  minimum: (a, b) => a.minimum(b.mul(1.1).sub(0.03)),
  clip: a => a.clipByValue(-0.8, 0.9),
  where: (a, b) => tf.where(flat(b, x => x.greater(0.1)).cast('bool'), a, b.mul(0.5)),
  lessEqual: (a, b) => a.mul(flat(a, x => x.lessEqual(b))).add(b.mul(0.1)),
  equal: (a, b) => b.mul(flat(a, x => x.round().equal(b.round()))).add(a.mul(0.1)),
  softmax: a => a.softmax(),
  logSoftmax: a => tf.logSoftmax(a),
  meanKept: a => a.sub(a.mean(0, true)),
  meanTwice: a => a.sub(a.mean()),
  sums: a =>
    a
      .sum(1, true)
      .mul(0.3)
      .add(tf.zeros([rows, columns])),
  max: a => a.sub(a.max(1, true)),
  transposeProduct: (a, b) =>
    tf
      .matMul(a, b, true)
      .reshape([1, columns, columns])
      .slice([0, 1, 0], [1, rows, columns])
      .reshape([rows, columns])
      .mul(0.4),
  productTransposed: (a, b) => tf.matMul(tf.matMul(a, b, false, true), a).mul(0.2),
  batched: (a, b) =>
    tf
      .matMul(a.reshape([rows, 2, 2]), b.reshape([rows, 2, 2]), true, true)
      .reshape([rows, columns])
      .mul(0.5),
  turn: a => a.transpose().reshape([rows, columns]),
  halves: (a, b) => tf.concat([b.slice([0, 2], [rows, 2]), a.slice([0, 0], [rows, 2])], 1),
  split: (a, b) => tf.concat(tf.split(a.mul(b.tanh()), 2, 1).toReversed(), 1),
  stack: (a, b) => tf.stack([a, b], 0).mean(0),
  unstack: a => tf.stack(tf.unstack(a, 1).toReversed(), 1),
  pad: a =>
    tf.pad(
      a.slice([1, 1], [2, 3]),
      [
        [1, 0],
        [0, 1],
      ],
      0.25,
    ),
  tile: a => tf.tile(a.slice([0, 0], [1, 2]), [rows, 2]),
  gather: (a, _, ids) => tf.gather(a, ids),
  cumsum: a => a.cumsum(1).mul(0.4),
  reverse: a => tf.reverse(a, 1),
  broadcast: a => tf.broadcastTo(a.slice([0, 0], [rows, 1]), [rows, columns]),
  rmsNorm: (a, b) => rmsNorm(a, b.slice([0, 0], [1, columns]).reshape([columns]), 1e-2),
  swiglu: (a, b) => swiglu(a, b),
}

/**
 * Operations on 2 x 4 x 4 x 3 images that give 2 x 4 x 4 x 3 again: what image classifiers are made
 * of.
 */
const imageOperations: Record<string, Operation> = {
  convolution: (a, b) => tf.conv2d(images(a), kernel(b, 3, 3), 1, 'same').mul(0.3),
  strided: (a, b) =>
    tf.tile(tf.conv2d(images(a), kernel(b, 2, 3), 2, 'valid'), [1, 2, 2, 1]).mul(0.3),
  fused: (a, b) =>
    tf.fused
      .conv2d({
        x: images(a),
        filter: kernel(b, 3, 3),
        strides: 1,
        pad: 'same',
        bias: b.mean([0, 1, 2]),
        activation: 'relu',
      })
      .mul(0.3),
  depthwise: (a, b) => tf.depthwiseConv2d(images(a), kernel(b, 3, 1), 1, 'same').mul(0.5),
  maxPool: a => tf.maxPool(images(a), 3, 1, 'same'),
  maxPoolStrided: a => tf.tile(tf.maxPool(images(a), 2, 2, 'valid'), [1, 2, 2, 1]),
  avgPool: a =>
    tf.avgPool(
      images(
        tf.pad(a, [
          [0, 0],
          [1, 1],
          [1, 1],
          [0, 0],
        ]),
      ),
      3,
      1,
      'valid',
    ),
  avgPoolStrided: a => tf.tile(tf.avgPool(images(a), 2, 2, 'valid'), [1, 2, 2, 1]),
  batchNorm: (a, b) => {
    const { mean, variance } = tf.moments(a, [0, 1, 2])
    return tf
      .batchNorm(
        images(a),
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        b.mean([0, 1, 2]),
        b.max([0, 1, 2]),
        1e-2,
      )
      .mul(0.5)
  },
  dense: (a, b) =>
    tf
      .matMul(a.reshape([2, 48]), b.reshape([2, 48]), true)
      .slice([0, 0], [2, 48])
      .reshape([2, 4, 4, 3])
      .mul(0.4),
  embedding: (a, b, ids) =>
    tf
      .gather(a.reshape([32, 3]), ids.tile([10]).concat(ids.slice([0], [2])))
      .reshape([2, 4, 4, 3])
      .add(b.mul(0.1)),
  dropped: (a, _, ids) => a.mul(ids.cast('float32').mul(0.5)),
  relu: a => a.relu(),
  add: (a, b) => a.add(b).mul(0.6),
  pooled: (a, b) => a.mean([1, 2], true).add(b.mul(0.5)),
}

function images(x: Tensor): tf.Tensor4D {
  return x as tf.Tensor4D
}

/** A filter of side x side x 3 x out that depends on x. */
function kernel(x: Tensor, side: number, out: number): tf.Tensor4D {
  return x
    .reshape([96])
    .slice([0], [Math.min(96, side * side * 3 * out)])
    .reshape([side, side, 3, out])
}

/** A comparison: tfjs has no gradient for most; none flows. */
function flat(x: Tensor, compare: (x: Tensor) => Tensor): Tensor {
  return withGradient([x], () => ({
    value: compare(x).cast('float32'),
    saved: [],
    gradient: dy => [tf.zerosLike(dy)],
  }))
}

interface Step {
  readonly operation: string
  readonly first: number
  readonly second: number
}

function stepsOf(known: Record<string, Operation>, maxLength: number): fc.Arbitrary<Step[]> {
  const step = fc.record<Step>({
    operation: fc.constantFrom(...Object.keys(known)),
    first: fc.nat(30),
    second: fc.nat(30),
  })
  return fc.array(step, { minLength: 1, maxLength })
}

const engines: Engine[] = []
beforeAll(async () => {
  for (const name of ['tfjs-cpu', ...testedEngines] as const)
    engines.push(await createEngine(name, { threads: 2 }))
})
afterAll(async () => {
  for (const engine of engines) await engine.dispose()
})

it('any program of tfjs operations has the same values and gradients eagerly and as a graph', async () => {
  await holds(operations, [rows, columns], 10, 80)
}, 120_000)

it('any program of operations on images has, too', async () => {
  await holds(imageOperations, [2, 4, 4, 3], 6, 40)
}, 120_000)

async function holds(
  known: Record<string, Operation>,
  shape: readonly number[],
  maxLength: number,
  numRuns: number,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(stepsOf(known, maxLength), fc.nat(), async (steps, seed) => {
      const next = uniforms(seed)
      const inputs = {
        a: float(shape, () => 2 * next() - 1),
        b: float(shape, () => 2 * next() - 1),
        ids: int([3], i => [2, 0, 2][i]!),
      }
      const [expected, ...found] = await Promise.all(
        engines.map(engine => run(engine, programOf(known, steps, shape), inputs)),
      )
      found.forEach((outputs, i) => expectClose(outputs, expected!, engines[i + 1]!.name))
    }),
    { numRuns, seed: 20240917 },
  )
}

function programOf(
  known: Record<string, Operation>,
  steps: readonly Step[],
  shape: readonly number[],
): Program {
  const apply = (a: Tensor, b: Tensor, ids: Tensor): Tensor => {
    const made = [a, b]
    for (const { operation, first, second } of steps)
      made.push(known[operation]!(made[first % made.length]!, made[second % made.length]!, ids))
    return made.at(-1)!
  }
  return {
    name: steps.map(({ operation }) => operation).join(' '),
    state: {},
    inputs: {
      a: { shape, dtype: 'float32' },
      b: { shape, dtype: 'float32' },
      ids: { shape: [3], dtype: 'int32' },
    },
    body: (_, { a, b, ids }) => {
      const weights = tf.tensor(float(shape, i => Math.sin(i + 1)).data, [...shape])
      // Each input counts a little, whatever the steps do: tfjs refuses a gradient for one that has
      // no part in the value.
      const score = (x: Tensor, y: Tensor): tf.Scalar =>
        apply(x, y, ids!).mul(weights).sum().add(x.sum().mul(0.01)).add(y.sum().mul(0.01))
      const { value, grads } = tf.valueAndGrads(score)([a!, b!])
      return {
        outputs: { result: apply(a!, b!, ids!), value, slopeA: grads[0]!, slopeB: grads[1]! },
      }
    },
  }
}

async function run(
  engine: Engine,
  program: Program,
  inputs: Named<HostTensor>,
): Promise<Named<HostTensor>> {
  const [runnable] = await engine.load([program])
  try {
    return await runnable!.run([], inputs)
  } finally {
    runnable!.dispose()
  }
}

function expectClose(found: Named<HostTensor>, expected: Named<HostTensor>, engine: string): void {
  for (const [name, { shape, data }] of Object.entries(expected)) {
    expect(found[name]!.shape, `${engine}: ${name}`).toEqual(shape)
    const size = Math.max(1, ...data.map(Math.abs))
    data.forEach((value, i) =>
      expect(
        Math.abs(found[name]!.data[i]! - value) / size,
        `${engine}: ${name}[${i}]`,
      ).toBeLessThan(1e-4),
    )
  }
}
