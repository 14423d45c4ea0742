import * as tf from '@tensorflow/tfjs'
import type { TensorInfo } from '@tensorflow/tfjs'
import type { Attributes, ValueType } from '../tape.js'

/**
 * What a kernel call would return: its inputs in a fixed order, its normalized attributes, and the
 * shapes and dtypes of its outputs.
 */
export interface Inference {
  readonly inputs: readonly TensorInfo[]
  readonly outputs: readonly { readonly shape: readonly number[]; readonly dtype: ValueType }[]
  readonly attributes?: Attributes
}

/** Infers a kernel's outputs from its inputs and attributes, whose types `rule` narrows. */
export type ShapeRule = (inputs: unknown, attributes: unknown) => Inference

/**
 * One rule for several kernels.
 *
 * @param kernels names, separated by spaces. tfjs's types do not connect a name with the types of
 *   its inputs and attributes, so both are cast here
 */
export function rule<Inputs, KernelAttributes = object>(
  kernels: string,
  infer: (inputs: Present<Inputs>, attributes: KernelAttributes) => Inference,
): [string, ShapeRule][] {
  return kernels
    .split(' ')
    .map(kernel => [
      kernel,
      (inputs, attributes) => infer(inputs as Present<Inputs>, attributes as KernelAttributes),
    ])
}

/** tfjs's own types make every named input optional. */
type Present<T> = { readonly [K in keyof T]: NonNullable<T[K]> }

export function singleOutput(
  inputs: readonly TensorInfo[],
  shape: readonly number[],
  dtype: string,
  attributes: Attributes = {},
): Inference {
  return { inputs, outputs: [{ shape, dtype: valueType(dtype) }], attributes }
}

/** @throws Error for a dtype that no program has: string, complex64 */
export function valueType(dtype: string): ValueType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype
  throw new Error(`a program has no tensors of ${dtype}`)
}

/** An optional input is undefined or null when left out. */
export function optionalInput(info: TensorInfo | null | undefined): TensorInfo[] {
  return info ? [info] : []
}

/** A list of tensors comes as an array or under the names 0, 1, 2. */
export function tensorList(inputs: readonly TensorInfo[]): TensorInfo[] {
  return Object.values(inputs)
}

/** @throws Error when the shapes cannot be broadcast to each other */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  return tf.backend_util.assertAndGetBroadcastShape([...a], [...b])
}

export function positiveAxis(axis: number, shape: readonly number[]): number {
  return axis < 0 ? shape.length + axis : axis
}
