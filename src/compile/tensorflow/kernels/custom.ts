import type { Value } from '../../trace/tape.js'
import { MULTIPLIER, GOLDEN } from '../../ops/dropout.js'
import { elementCount } from '../../../util/element-count.js'
import { T, callAttributes, cast, emit, float, names, outputNames, reshape } from './call.js'
import type { Emitters } from './call.js'

/** Kernels of the operations in `ops` that tfjs does not have. */
export const customKernels: Emitters = [
  ...emit('Rotary', ({ graph, inputs, name }) => {
    const [x, cos, sin] = inputs as [Value, Value, Value]
    const last = x.shape.length - 1
    const halves = graph.op('Split', [graph.int(last), name(x)], {
      ...T('float32'),
      num_split: { int: 2 },
    })
    const [low, high] = outputNames(halves, 2) as [string, string]
    const rotated = graph.op('ConcatV2', [float(graph, 'Neg', high), low, graph.int(last)], {
      ...T('float32'),
      N: { int: 2 },
      Tidx: { type: 'int32' },
    })
    return float(
      graph,
      'AddV2',
      float(graph, 'Mul', name(x), name(cos)),
      float(graph, 'Mul', rotated, name(sin)),
    )
  }),
  ...emit('SparseCrossEntropy', call =>
    outputNames(
      call.graph.op('SparseSoftmaxCrossEntropyWithLogits', names(call), {
        ...T('float32'),
        Tlabels: { type: 'int32' },
      }),
      2,
    ),
  ),
  // TensorFlow's 32-bit products wrap around as unsigned ones do; its right shift keeps the sign,
  // which the bit mask removes.
  ...emit('DropoutMask', call => {
    const { graph, inputs, outputs, name } = call
    const [keys, rate] = inputs as [Value, Value]
    const { shape } = outputs[0]!
    const [rows, rowElements] = [keys.shape[0]!, elementCount(shape) / keys.shape[0]!]
    const int = (op: string, a: string, b: string): string => graph.op(op, [a, b], T('int32'))
    const shifted = (x: string, bits: number): string =>
      int('BitwiseAnd', int('RightShift', x, graph.int(bits)), graph.int(2 ** (32 - bits) - 1))
    const fold = (x: string): string => int('BitwiseXor', x, shifted(x, 16))
    const scramble = (x: string): string => int('Mul', fold(x), graph.int(MULTIPLIER))
    const mix = (x: string): string => fold(scramble(scramble(x)))
    const start = mix(
      int(
        'BitwiseXor',
        reshape(graph, name(keys), 'int32', [rows], [rows, 1]),
        graph.int(callAttributes<{ site: number }>(call).site),
      ),
    )
    const counters = graph.constant({
      type: 'int32',
      shape: [rowElements],
      data: Int32Array.from({ length: rowElements }, (_, i) => Math.imul(i, GOLDEN)),
    })
    const hash = mix(int('AddV2', start, counters))
    const uniform = float(
      graph,
      'Mul',
      cast(graph, shifted(hash, 8), 'int32', 'float32'),
      graph.scalar('float32', 2 ** -24),
    )
    const keepScale = float(
      graph,
      'RealDiv',
      graph.scalar('float32', 1),
      float(graph, 'Sub', graph.scalar('float32', 1), name(rate)),
    )
    const keepMask = cast(
      graph,
      graph.op('GreaterEqual', [uniform, name(rate)], T('float32')),
      'bool',
      'float32',
    )
    return reshape(
      graph,
      float(graph, 'Mul', keepMask, keepScale),
      'float32',
      [rows, rowElements],
      shape,
    )
  }),
]
