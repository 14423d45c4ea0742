import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import type { Named, Program, TensorSpec } from '../program.js'
import { fedTensor, record, tapeValue } from './backend.js'
import type { Recording } from './backend.js'
import type { Tape, Value } from './tape.js'

/**
 * Records a program: the kernels of its body, including those of tfjs's own gradients, with their
 * shapes. Nothing is computed, so it takes milliseconds at any size.
 *
 * Random numbers drawn inside the body (`tf.randomNormal`, `tf.dropout`) become constants: feed
 * them as inputs.
 *
 * @param fused custom kernels that the engine has operators for; others are recorded as tfjs
 *   kernels
 * @throws UntraceableError when the body reads a value back or needs an operation that has no rule
 * @throws Error when the body returns state of another name, shape or dtype than declared
 */
export function trace(program: Program, fused: ReadonlySet<string> = new Set()): Tape {
  return record(program.name, fused, recording => {
    let tape: Tape | null = null
    tf.tidy(() => {
      tape = { name: program.name, nodes: recording.nodes, ...runBody(program, recording) }
    })
    return tape!
  })
}

function runBody(program: Program, recording: Recording): Pick<Tape, 'outputs' | 'replaced'> {
  const fed = (kind: 'state' | 'input', specs: Named<TensorSpec>): Named<Tensor> =>
    mapNamed(specs, ({ shape, dtype }, name) =>
      fedTensor(recording, { kind, name, shape: [...shape], dtype }),
    )
  const result = program.body(fed('state', program.state), fed('input', program.inputs))
  const outputs = mapNamed(result.outputs, (tensor, name) => {
    const value = tapeValue(recording, checkTensor(tensor, `${program.name}: output ${name}`))
    if (value.dtype === 'bool')
      throw new Error(`${program.name}: output ${name} is bool; cast it to int32 or float32`)
    return value
  })
  const replaced: Record<string, Value> = {}
  for (const [name, tensor] of Object.entries(result.state ?? {})) {
    checkReplacement(program, name, tensor)
    const value = tapeValue(recording, tensor)
    if (!(value.kind === 'state' && value.name === name)) replaced[name] = value
  }
  return { outputs, replaced }
}

/** @throws Error when a program replaces state it does not have, or by another shape or dtype */
export function checkReplacement(program: Program, name: string, tensor: Tensor): void {
  const spec = program.state[name]
  if (!spec)
    throw new Error(
      `${program.name}: replaces ${name}, which is not among its state ` +
        `(${Object.keys(program.state).join(', ')})`,
    )
  checkTensor(tensor, `${program.name}: new ${name}`)
  if (tensor.dtype !== spec.dtype || tensor.shape.join() !== spec.shape.join()) {
    throw new Error(
      `${program.name}: new ${name} is ${tensor.dtype} [${tensor.shape.join()}], ` +
        `declared ${spec.dtype} [${spec.shape.join()}]`,
    )
  }
}

export function checkTensor(tensor: unknown, subject: string): Tensor {
  if (tensor instanceof tf.Tensor) return tensor
  throw new Error(`${subject} is not a tensor`)
}

export function mapNamed<A, B>(
  values: Named<A>,
  map: (value: A, name: string) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, map(value, name)]))
}
