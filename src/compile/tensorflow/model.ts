import { message } from '../protobuf.js'
import type { Message } from '../protobuf.js'
import { elementCount } from '../../util/element-count.js'
import type { ValueType } from '../trace/tape.js'

export interface TfTensor {
  readonly type: ValueType
  readonly shape: readonly number[]
  /** A number when all elements are the same. */
  readonly data: number | Float32Array | Int32Array | Uint8Array
}

export type TfAttribute =
  | { readonly type: ValueType }
  | { readonly types: readonly ValueType[] }
  | { readonly int: number }
  | { readonly ints: readonly number[] }
  | { readonly float: number }
  | { readonly bool: boolean }
  | { readonly string: string }
  /** null: of any shape. */
  | { readonly shape: readonly number[] | null }
  | { readonly tensor: TfTensor }

export interface TfNode {
  readonly name: string
  readonly op: string
  /** `name`, `name:1` for a second output, and at the end `^name`: runs after it. */
  readonly inputs: readonly string[]
  readonly attributes: Readonly<Record<string, TfAttribute>>
  /** Empty: where TensorFlow thinks best. */
  readonly device?: string
}

const types: Readonly<Record<ValueType, number>> = { float32: 1, int32: 3, bool: 10 }

// Graph versions that TensorFlow 2.21 writes; all since 2.5 read them.
const producer = 1882
const minConsumer = 12

/** The tag under which the graph is found in its SavedModel. */
export const savedModelTag = 'serve'

/**
 * A SavedModel of one graph, without signatures: nodes are fed and fetched by name. Field numbers
 * are those of https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core/protobuf and
 * …/core/framework
 */
export function encodeSavedModel(nodes: readonly TfNode[]): Uint8Array {
  const graph = message()
  for (const node of nodes) graph.bytes(1, encodeNode(node))
  graph.bytes(4, message().int(1, producer).int(2, minConsumer))
  const meta = message().bytes(1, message().bytes(4, savedModelTag)).bytes(2, graph)
  return message().int(1, 1).bytes(2, meta).finish()
}

function encodeNode({ name, op, inputs, attributes, device }: TfNode): Message {
  const node = message().bytes(1, name).bytes(2, op)
  for (const input of inputs) node.bytes(3, input)
  if (device) node.bytes(4, device)
  for (const [key, value] of Object.entries(attributes))
    node.bytes(5, message().bytes(1, key).bytes(2, encodeAttribute(value)))
  return node
}

function encodeAttribute(value: TfAttribute): Message {
  const attribute = message()
  if ('type' in value) return attribute.int(6, types[value.type])
  if ('int' in value) return attribute.int(3, value.int)
  if ('float' in value) return attribute.float(4, value.float)
  if ('bool' in value) return attribute.int(5, value.bool ? 1 : 0)
  if ('string' in value) return attribute.bytes(2, value.string)
  if ('shape' in value) return attribute.bytes(7, encodeShape(value.shape))
  if ('tensor' in value) return attribute.bytes(8, encodeTensor(value.tensor))
  const list = message()
  if ('ints' in value) for (const int of value.ints) list.int(3, int)
  else for (const type of value.types) list.int(6, types[type])
  return attribute.bytes(1, list)
}

function encodeShape(shape: readonly number[] | null): Message {
  const encoded = message()
  if (!shape) return encoded.int(3, 1)
  for (const length of shape) encoded.bytes(2, message().int(1, length))
  return encoded
}

/** A value that is given once stands for all elements. */
function encodeTensor({ type, shape, data }: TfTensor): Message {
  const tensor = message().int(1, types[type]).bytes(2, encodeShape(shape))
  if (typeof data !== 'number')
    return tensor.bytes(4, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
  if (elementCount(shape) === 0) return tensor
  switch (type) {
    case 'float32':
      return tensor.float(5, data)
    case 'int32':
      return tensor.int(7, data)
    case 'bool':
      return tensor.int(11, data)
  }
}
