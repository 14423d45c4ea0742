import type { TensorInfo } from '@tensorflow/tfjs'
import type { Attributes, ValueType } from './tape.js'

/**
 * What a kernel call would give: the inputs in a fixed order, the attributes made plain, the
 * outputs' shapes.
 */
export interface Inference {
  readonly inputs: readonly TensorInfo[]
  readonly outputs: readonly { readonly shape: readonly number[]; readonly dtype: ValueType }[]
  readonly attributes?: Attributes
}

/**
 * Shape and dtype of a kernel's outputs from those of its inputs. tfjs hands these over as it
 * pleases; see `rule`.
 */
export type ShapeRule = (inputs: unknown, attributes: unknown) => Inference

/**
 * One rule for some kernels, by their names. tfjs ties a kernel's inputs and attributes to its name
 * only in words, so here they are cast.
 */
export function rule<Inputs, Given = object>(
  kernels: string,
  infer: (inputs: Present<Inputs>, attributes: Given) => Inference,
): [string, ShapeRule][] {
  return kernels
    .split(' ')
    .map(kernel => [
      kernel,
      (inputs, attributes) => infer(inputs as Present<Inputs>, attributes as Given),
    ])
}

/** tfjs's own types leave open whether a named input is there. */
type Present<T> = { readonly [K in keyof T]: NonNullable<T[K]> }

export function one(
  inputs: readonly TensorInfo[],
  shape: readonly number[],
  dtype: string,
  attributes: Attributes = {},
): Inference {
  return { inputs, outputs: [{ shape, dtype: typeOf(dtype) }], attributes }
}

export function typeOf(dtype: string): ValueType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype
  throw new Error(`a program has no tensors of ${dtype}`)
}

/** An optional input is undefined or null when left out. */
export function given(info: TensorInfo | null | undefined): TensorInfo[] {
  return info ? [info] : []
}
