import { elementCount } from '../../util/element-count.js'
import type { State } from '../engine.js'
import type { HostTensor, TensorSpec } from '../program.js'

/** @throws Error when a tensor's data doesn't fill its shape, or isn't of its dtype */
export function checkData(subject: string, { shape, dtype, data }: HostTensor): void {
  if (data.length !== elementCount(shape))
    throw new Error(`${subject}: ${data.length} values for the shape [${shape.join()}]`)
  if ((dtype === 'int32') !== data instanceof Int32Array) {
    const arrayType = dtype === 'int32' ? 'Int32Array' : 'Float32Array'
    throw new Error(`${subject}: ${dtype} needs a ${arrayType}`)
  }
}

/** @throws Error when the tensor is missing, invalid, or not of the declared shape and dtype */
export function checkHostTensor(
  subject: string,
  tensor: HostTensor | undefined,
  spec: TensorSpec,
): HostTensor {
  if (!tensor) throw new Error(`${subject}: missing`)
  checkData(subject, tensor)
  checkSpec(subject, tensor, spec)
  return tensor
}

export function checkSpec(subject: string, { shape, dtype }: TensorSpec, spec: TensorSpec): void {
  if (
    dtype === spec.dtype &&
    shape.length === spec.shape.length &&
    shape.every((length, axis) => length === spec.shape[axis])
  )
    return
  throw new Error(
    `${subject}: is ${dtype} [${shape.join()}], declared ${spec.dtype} [${spec.shape.join()}]`,
  )
}

/**
 * @returns for each name the first of the states that has it
 * @throws Error when none has it
 */
export function stateOwners<S extends State>(
  program: string,
  names: Iterable<string>,
  states: readonly S[],
): Map<string, S> {
  const owners = new Map<string, S>()
  for (const name of names) {
    const owner = states.find(state => state.names.includes(name))
    if (!owner) throw new Error(`${program}: no state has ${name}`)
    owners.set(name, owner)
  }
  return owners
}
