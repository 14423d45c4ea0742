import { elementCount } from '../../util/element-count.js'
import { liveNodes } from '../trace/tape.js'
import type { Tape, TapeNode, Value } from '../trace/tape.js'

/**
 * Multiplications of a program's products, and bytes of state that they read, below which a second
 * thread costs more than it does.
 */
const FEW_MULTIPLICATIONS = 2 ** 24
const FEW_BYTES = 2 ** 23

/**
 * @returns the threads for a program: one if it is small. onnxruntime wakes threads that don't spin
 *   for each node that its estimate finds worth it, which takes as long as a node of a small
 *   model's decoding step
 */
export function threadCount(tape: Tape, maxThreads: number): number {
  const nodes = liveNodes(tape)
  const state = new Set(
    nodes.flatMap(({ inputs }) => inputs.filter(({ kind }) => kind === 'state')),
  )
  const bytes = sum([...state].map(({ shape }) => 4 * elementCount(shape)))
  return sum(nodes.map(multiplications)) < FEW_MULTIPLICATIONS && bytes < FEW_BYTES ? 1 : maxThreads
}

function multiplications({ kernel, inputs, attributes, outputs: [output] }: TapeNode): number {
  if (kernel.startsWith('Conv')) return Infinity
  if (kernel !== 'BatchMatMul' && kernel !== '_FusedMatMul') return 0
  return (
    elementCount(output!.shape) * (inputs[0] as Value).shape.at(attributes.transposeA ? -2 : -1)!
  )
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
