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
 * Threads for a program: one where it is small. Threads that don't spin are woken for each node
 * that is worth it by onnxruntime's reckoning, which takes as long as a node of a small model's
 * decoding step.
 */
export function threadsFor(tape: Tape, most: number): number {
  const nodes = liveNodes(tape)
  const state = new Set(
    nodes.flatMap(({ inputs }) => inputs.filter(({ kind }) => kind === 'state')),
  )
  const bytes = sum([...state].map(({ shape }) => 4 * elementCount(shape)))
  return sum(nodes.map(multiplications)) < FEW_MULTIPLICATIONS && bytes < FEW_BYTES ? 1 : most
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
