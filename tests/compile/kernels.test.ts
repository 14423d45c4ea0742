import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEngine } from '../../src/compile/index.js'
import type { Engine, HostTensor, Named, Program } from '../../src/compile/index.js'
import { contribKernels } from '../../src/compile/onnx/kernels/contrib.js'
import { emitters } from '../../src/compile/onnx/kernels/index.js'
import { emitters as tensorflow } from '../../src/compile/tensorflow/kernels/index.js'
import { shapeRules } from '../../src/compile/trace/rules/index.js'
import { trace } from '../../src/compile/trace/trace.js'
import { float, int, uniforms } from './programs.js'
import { testedEngines } from './tested-engines.js'

type Body = (x: Named<Tensor>) => Tensor | Tensor[]

const next = uniforms(11)
const signed = (): number => 4 * next() - 2
/**
 * a, b: 2 x 3 of either sign; p: positive; unit: in −1..1; row: 3; cube: 2 x 3 x 4; i, j: whole;
 * ids: 0..2
 */
const inputs: Record<string, HostTensor> = {
  a: float([2, 3], signed),
  b: float([2, 3], signed),
  p: float([2, 3], () => 0.2 + 2 * next()),
  unit: float([2, 3], () => 1.8 * next() - 0.9),
  row: float([3], signed),
  bias: float([8], signed),
  cube: float([2, 3, 4], signed),
  small: float([2, 3], i => (i - 3) * 1e-4),
  odd: float([4], i => [NaN, Infinity, -1, 0][i]!),
  halves: float([6], i => i - 2.5),
  image: float([2, 7, 6, 3], signed),
  filter: float([3, 2, 3, 4], signed),
  thin: float([3, 2, 3, 2], signed),
  tall: float([4], signed),
  square: float([3, 3, 3, 2], signed),
  i: int([2, 3], i => [-7, -3, 0, 2, 5, 8][i]!),
  j: int([2, 3], i => [2, -2, 3, -5, 3, -3][i]!),
  ids: int([4], i => [2, 0, 2, 1][i]!),
}

const unary = (names: string, input = 'a'): [string, Body][] =>
  names
    .split(' ')
    .map(name => [
      name,
      x =>
        (tf as unknown as Record<string, (x: Tensor) => Tensor>)[
          name[0]!.toLowerCase() + name.slice(1)
        ]!(x[input]!),
    ])
const as = (kernel: string, body: Body): [string, Body] => [kernel, body]
const bool = (x: Tensor): Tensor => x.cast('int32')

const image = ({ image }: Named<Tensor>): tf.Tensor4D => image as tf.Tensor4D
const filter = ({ filter }: Named<Tensor>): tf.Tensor4D => filter as tf.Tensor4D
const placements = [
  [1, 'same'],
  [2, 'same'],
  [1, 'valid'],
  [2, 'valid'],
  [[3, 3], 'same'],
  [[2, 1], 'valid'],
] as [number | [number, number], 'same' | 'valid'][]

const cases: [string, Body][] = [
  ...unary(
    'Abs Ceil Floor Neg Relu Sign Square ZerosLike OnesLike Cos Erf Exp Sigmoid Sin Softplus Tan Tanh Atan Elu Selu Sinh Cosh Asinh Reciprocal Relu6',
  ),
  ...unary('Sqrt Rsqrt Log', 'p'),
  ...unary('Acos Asin Atanh', 'unit'),
  ...unary('Log1p Expm1', 'small'),
  ...unary('Round', 'halves'),
  ...unary('Abs Neg Relu Sign Square Exp Relu6', 'i'),
  as('Acosh', x => x.p!.add(1).acosh()),
  as('Identity', x => x.a!.clone().add(1)),
  as('Cast', x => x.a!.cast('int32')),
  as('Cast', x => x.i!.cast('float32')),
  as('Cast', x => bool(x.i!.cast('bool'))),
  as('LeakyRelu', x => tf.leakyRelu(x.a!, 0.3)),
  as('Step', x => tf.step(x.a!, 0.5)),
  as('Step', x => tf.step(x.odd!, 0.5)),
  as('Prelu', x => tf.prelu(x.a!, x.row!)),
  as('EluGrad', x => tf.grad(y => tf.elu(y))(x.a!)),
  as('ClipByValue', x => tf.clipByValue(x.a!, -0.5, 0.7)),
  as('IsNan', x => bool(tf.isNaN(x.odd!))),
  as('IsInf', x => bool(tf.isInf(x.odd!))),
  as('IsFinite', x => bool(tf.isFinite(x.odd!))),

  as('Add', x => x.a!.add(x.row!)),
  as('Sub', x => x.a!.sub(x.row!)),
  as('Multiply', x => x.a!.mul(x.b!)),
  as('RealDiv', x => x.a!.div(x.p!)),
  as('Add', x => x.i!.add(x.j!)),
  as('Sub', x => tf.scalar(3).sub(x.a!)),
  as('Multiply', x => x.i!.mul(x.a!)),
  as('Pow', x => x.p!.pow(x.b!)),
  as('Pow', x => x.i!.pow(tf.scalar(2, 'int32'))),
  as('Maximum', x => x.a!.maximum(x.row!)),
  as('Minimum', x => x.i!.minimum(x.j!)),
  as('FloorDiv', x => x.i!.floorDiv(x.j!)),
  as('Mod', x => x.a!.mod(x.b!)),
  as('Mod', x => x.i!.mod(x.j!)),
  as('SquaredDifference', x => x.a!.squaredDifference(x.b!)),
  as('AddN', x => tf.addN([x.a!, x.b!, x.p!])),
  ...['Equal', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'NotEqual'].flatMap(
    (kernel): [string, Body][] => {
      const op = (kernel[0]!.toLowerCase() + kernel.slice(1)) as 'equal'
      return [
        [kernel, x => bool(x.a!.round()[op](x.b!.round()))],
        [kernel, x => bool(x.i!.mod(tf.scalar(3, 'int32'))[op](tf.scalar(2, 'int32')))],
      ]
    },
  ),
  ...['LogicalAnd', 'LogicalOr'].map((kernel): [string, Body] => [
    kernel,
    x =>
      bool(
        x
          .a!.greater(0)
          [(kernel[0]!.toLowerCase() + kernel.slice(1)) as 'logicalAnd'](x.b!.greater(0)),
      ),
  ]),
  as('LogicalNot', x => bool(x.a!.greater(0).logicalNot())),
  as('Select', x => tf.where(x.a!.greater(0), x.b!, x.row!)),
  as('Select', x => tf.where(x.a!.greater(0), x.i!, x.j!)),

  as('Sum', x => x.cube!.sum()),
  as('Sum', x => x.cube!.sum([0, -1], true)),
  as('Sum', x => x.i!.sum(0)),
  as('Sum', x => x.a!.greater(0).sum(1)),
  as('Mean', x => x.cube!.mean(1)),
  as('Mean', x => x.i!.mean()),
  as('Max', x => x.cube!.max([1])),
  as('Max', x => x.i!.max()),
  as('Min', x => x.cube!.min(0, true)),
  as('Prod', x => x.a!.prod(1)),
  as('All', x => bool(x.a!.greater(-1.5).all(0))),
  as('Any', x => bool(x.a!.greater(1).any())),
  as('ArgMax', x => x.cube!.argMax(1)),
  as('ArgMin', x => x.cube!.argMin(-1)),
  as('Cumsum', x => x.cube!.cumsum(1)),
  as('Cumsum', x => x.cube!.cumsum(2, true, true)),
  as('Cumsum', x => x.i!.cumsum(0)),
  as('Softmax', x => x.cube!.softmax()),
  as('TopK', x => {
    const { values, indices } = tf.topk(x.a!, 2)
    return [values, indices]
  }),

  as('BatchMatMul', x => x.a!.matMul(x.b!, true)),
  as('BatchMatMul', x => x.a!.matMul(x.b!, false, true)),
  as('BatchMatMul', x => tf.matMul(x.cube!, x.cube!, true, false)),
  as('BatchMatMul', x =>
    tf.matMul(x.cube!.reshape([2, 1, 3, 4]), x.cube!.reshape([2, 1, 3, 4]), false, true),
  ),
  as('BatchMatMul', x => tf.matMul(x.cube!, tf.reshape(x.cube!, [1, 6, 4]), false, true)),
  as('BatchMatMul', x => tf.matMul(x.a!.reshape([1, 2, 3]), x.b!.reshape([1, 2, 3]), true)),
  // A row or a few for each of several matrices, of which the large ones are read anew for each row
  ...[
    [1, 8],
    [2, 512],
    [4, 512],
    [5, 512],
  ].flatMap(([rows, width]): [string, Body][] => {
    const tiled = (x: Named<Tensor>, count: number): Tensor =>
      tf.tile(x.cube!.reshape([2, 3, 1, 4]), [1, 1, count, width! / 4]).mul(
        tf
          .range(1, count + 1)
          .div(width!)
          .reshape([count, 1]),
      )
    return [
      as('BatchMatMul', x => tf.matMul(tiled(x, rows!), tiled(x, 4).transpose([0, 1, 3, 2]))),
      as('BatchMatMul', x => tf.matMul(tiled(x, rows!).mul(0.3), tiled(x, 4), false, true)),
      as('BatchMatMul', x => tf.matMul(tiled(x, rows!), tiled(x, 4), false, true).mul(0.3)),
    ]
  }),
  ...(['linear', 'relu', 'relu6', 'elu', 'sigmoid'] as const).map((activation): [string, Body] => [
    '_FusedMatMul',
    x =>
      tf.fused.matMul({
        a: x.a as tf.Tensor2D,
        b: x.cube!.reshape([3, 8]),
        bias: x.bias!,
        activation,
      }),
  ]),
  as('_FusedMatMul', x =>
    tf.fused.matMul({
      a: x.a as tf.Tensor2D,
      b: x.cube!.reshape([3, 8]),
      activation: 'leakyrelu',
      leakyreluAlpha: 0.3,
    }),
  ),
  as('_FusedMatMul', x =>
    tf.fused.matMul({
      a: x.a as tf.Tensor2D,
      b: x.b as tf.Tensor2D,
      transposeB: true,
      activation: 'prelu',
      preluActivationWeights: x.a!.slice([0, 0], [1, 2]),
    }),
  ),
  as('FusedBatchNorm', x =>
    tf.batchNorm(x.a!, x.row as tf.Tensor1D, x.row!.square(), x.row, x.row!.square(), 1e-3),
  ),
  as('FusedBatchNorm', x => tf.batchNorm(x.a!, x.row as tf.Tensor1D, x.row!.square())),

  ...placements.flatMap(([strides, pad]): [string, Body][] => [
    ['Conv2D', x => image(x).conv2d(filter(x), strides, pad)],
    [
      'FusedConv2D',
      x =>
        tf.fused.conv2d({
          x: image(x),
          filter: filter(x),
          strides,
          pad,
          bias: x.tall!,
          activation: 'relu',
        }),
    ],
    [
      'Conv2DBackpropInput',
      x => tf.grad(y => image({ image: y }).conv2d(filter(x), strides, pad).square())(x.image!),
    ],
    [
      'Conv2DBackpropFilter',
      x =>
        tf.grad(w =>
          image(x)
            .conv2d(filter({ filter: w }), strides, pad)
            .square(),
        )(x.filter!),
    ],
    [
      'DepthwiseConv2dNative',
      x => image(x).depthwiseConv2d(filter({ filter: x.thin! }), strides, pad),
    ],
    [
      'DepthwiseConv2dNativeBackpropInput',
      x =>
        tf.grad(y =>
          image({ image: y })
            .depthwiseConv2d(filter({ filter: x.thin! }), strides, pad)
            .square(),
        )(x.image!),
    ],
    [
      'DepthwiseConv2dNativeBackpropFilter',
      x =>
        tf.grad(w =>
          image(x)
            .depthwiseConv2d(filter({ filter: w }), strides, pad)
            .square(),
        )(x.thin!),
    ],
    ['MaxPool', x => image(x).maxPool([3, 2], strides, pad)],
    ['AvgPool', x => image(x).avgPool([3, 2], strides, pad)],
    [
      'MaxPoolGrad',
      x => tf.grad(y => image({ image: y }).maxPool([3, 2], strides, pad).square())(x.image!),
    ],
  ]),
  as('Conv2D', x => image(x).conv2d(filter(x), 1, 'valid', 'NHWC', 2)),
  as('Conv2D', x => tf.conv2d(image(x), filter({ filter: x.square! }), 2, 1)),
  as('MaxPool', x => image(x).maxPool(3, 2, 1)),
  as('AvgPoolGrad', x =>
    tf.grad(y => image({ image: y }).avgPool([3, 2], [2, 1], 'valid').square())(x.image!),
  ),
  as('AvgPoolGrad', x =>
    tf.grad(y => image({ image: y }).avgPool(2, 2, 'valid').square())(x.image!),
  ),

  as('Reshape', x => x.cube!.reshape([4, -1])),
  as('ExpandDims', x => x.a!.expandDims(-1)),
  as('Reshape', x => x.a!.slice([0, 0], [1, 3]).squeeze()),
  as('Transpose', x => x.cube!.transpose([2, 0, 1])),
  as('Slice', x => x.cube!.slice([0, 1, 1], [2, -1, 2])),
  as('StridedSlice', x => tf.stridedSlice(x.cube!, [0, 2, 0], [2, 0, 4], [1, -1, 2])),
  as('StridedSlice', x => tf.stridedSlice(x.cube!, [0, 0, 3], [2, 3, 0], [1, 1, -1], 0, 4)),
  as('StridedSlice', x => tf.stridedSlice(x.cube!, [1, 0, 1], [2, 3, 4], [1, 1, 1], 0, 0, 0, 0, 1)),
  as('Concat', x => tf.concat([x.a!, x.b!, x.p!], -1)),
  as('Pack', x => tf.stack([x.a!, x.b!], 1)),
  as('Pack', x => tf.stack([x.a!, x.b!], -1)),
  as('SplitV', x => tf.split(x.cube!, [1, 3], 2)),
  as('SplitV', x => tf.split(x.cube!, 2, -1)),
  as('Unpack', x => tf.unstack(x.cube!, 1)),
  as('Tile', x => x.a!.tile([2, 3])),
  as('Tile', x => tf.broadcastTo(x.row!, [4, 3])),
  as('PadV2', x =>
    tf.pad(
      x.a!,
      [
        [1, 2],
        [0, 1],
      ],
      0.5,
    ),
  ),
  as('PadV2', x =>
    tf.pad(x.i!, [
      [0, 0],
      [2, 0],
    ]),
  ),
  as('Reverse', x => tf.reverse(x.cube!, [0, -1])),

  as('GatherV2', x => tf.gather(x.cube!, x.ids as tf.Tensor1D, 1)),
  as('GatherV2', x => tf.gather(x.row!, x.ids!.reshape([2, 2]))),
  as('GatherV2', x => tf.gather(x.cube!, x.ids!.reshape([2, 2]), 1, 1)),
  as('GatherNd', x =>
    tf.gatherND(
      x.cube!,
      tf.tensor2d(
        [
          [1, 2],
          [0, 1],
        ],
        [2, 2],
        'int32',
      ),
    ),
  ),
  as('ScatterNd', x =>
    tf.scatterND(
      tf.tensor2d([[1], [3], [1]], [3, 1], 'int32'),
      x.cube!.slice([0], [1]).reshape([3, 4]),
      [5, 4],
    ),
  ),
  as('ScatterNd', x =>
    tf.scatterND(
      tf.tensor2d(
        [
          [1, 0],
          [3, 2],
          [1, 0],
        ],
        [3, 2],
        'int32',
      ),
      x.row!,
      [5, 4],
    ),
  ),
  as('TensorScatterUpdate', x =>
    tf.tensorScatterUpdate(
      x.a!,
      tf.tensor2d(
        [
          [1, 0],
          [0, 2],
        ],
        [2, 2],
        'int32',
      ),
      x.row!.slice([0], [2]),
    ),
  ),
  as('TensorScatterUpdate', x =>
    tf.tensorScatterUpdate(
      x.cube!,
      tf.tensor2d(
        [
          [1, 0],
          [0, 2],
        ],
        [2, 2],
        'int32',
      ),
      x.cube!.slice([0, 0, 0], [1, 2, 4]).reshape([2, 4]),
    ),
  ),
  as('UnsortedSegmentSum', x =>
    tf.unsortedSegmentSum(x.cube!.reshape([4, 3, 2]), x.ids as tf.Tensor1D, 3),
  ),
  as('OneHot', x => tf.oneHot(x.ids as tf.Tensor1D, 4)),
  as('OneHot', x => tf.oneHot(x.ids as tf.Tensor1D, 3, 0.9, 0.05, 'float32')),
]

const engines: Engine[] = []
beforeAll(async () => {
  for (const name of ['tfjs-cpu', ...testedEngines] as const)
    engines.push(await createEngine(name, { threads: 1 }))
})
afterAll(async () => {
  for (const engine of engines) await engine.dispose()
})

describe('every kernel gives on every engine what plain JavaScript gives', () => {
  it.each(cases.map(([kernel, body], i) => [kernel, i, body] as const))(
    '%s (%i)',
    async (kernel, _, body) => {
      const program: Program = {
        name: kernel,
        state: {},
        inputs: inputs,
        body: (_, x) => {
          const made = body(x)
          return {
            outputs: Object.fromEntries(
              (Array.isArray(made) ? made : [made]).map((tensor, i) => [String(i), tensor]),
            ),
          }
        },
      }
      expect(trace(program).nodes.map(node => node.kernel)).toContain(kernel)
      const [expected, ...others] = await Promise.all(
        engines.map(async engine => {
          const [runnable] = await engine.load([program])
          return runnable!.run([], inputs).catch((error: unknown) => {
            if (
              engine.name === 'tfjs-tensorflow' &&
              String(error).includes("only 'valid' and 'same' padding")
            )
              return null // tfjs-node's own limit
            throw error
          })
        }),
      )
      others.forEach((found, i) => {
        if (!found) return
        for (const [name, tensor] of Object.entries(expected!)) {
          expect(found[name], engines[i + 1]!.name).toMatchObject({
            shape: tensor.shape,
            dtype: tensor.dtype,
          })
          tensor.data.forEach((value, j) => {
            if (Number.isFinite(value))
              expect(
                Math.abs(found[name]!.data[j]! - value),
                `${engines[i + 1]!.name} ${found[name]!.data} for ${tensor.data}`,
              ).toBeLessThan(2e-5 * (1 + Math.abs(value)))
            else expect(found[name]!.data[j]).toBe(value)
          })
        }
      })
    },
  )

  it('and none is left out', () => {
    const own = ['Rotary', 'SparseCrossEntropy', 'DropoutMask', ...contribKernels] // held by the tests of the operations
    expect(
      [...shapeRules.keys()].filter(
        kernel => !cases.some(([name]) => name === kernel) && !own.includes(kernel),
      ),
    ).toEqual([])
    expect([...shapeRules.keys()].filter(kernel => !emitters.has(kernel))).toEqual([])
    expect(
      [...shapeRules.keys()].filter(
        kernel => !tensorflow.has(kernel) && !contribKernels.has(kernel),
      ),
    ).toEqual([])
  })
})
