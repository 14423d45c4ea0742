import { elementCount } from '../../util/element-count.js'
import { message } from '../protobuf.js'
import type { Message } from '../protobuf.js'
import type { ValueType } from '../trace/tape.js'
import {
  AttrValue,
  DataType,
  Dim,
  GraphDef,
  ListValue,
  MapEntry,
  MetaGraphDef,
  MetaInfoDef,
  NodeDef,
  SavedModel,
  TensorProto,
  TensorShapeProto,
  VersionDef,
} from './proto.js'

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
  /** Empty: TensorFlow chooses. */
  readonly device?: string
}

/** TensorFlow's DataType of each type of a program. */
export const dataTypes: Readonly<Record<ValueType, number>> = {
  float32: DataType.DT_FLOAT,
  int32: DataType.DT_INT32,
  bool: DataType.DT_BOOL,
}

// Graph versions that TensorFlow 2.21 writes; all since 2.5 read them.
const producer = 1882
const minConsumer = 12
const schemaVersion = 1

/** The tag under which the graph is found in its SavedModel. */
export const savedModelTag = 'serve'

/** @returns a SavedModel of one graph, without signatures: nodes are fed and fetched by name */
export function encodeSavedModel(nodes: readonly TfNode[]): Uint8Array {
  const graph = message()
  for (const node of nodes) graph.bytes(GraphDef.node, encodeNode(node))
  graph.bytes(
    GraphDef.versions,
    message().int(VersionDef.producer, producer).int(VersionDef.min_consumer, minConsumer),
  )
  const metaGraph = message()
    .bytes(MetaGraphDef.meta_info_def, message().bytes(MetaInfoDef.tags, savedModelTag))
    .bytes(MetaGraphDef.graph_def, graph)
  return message()
    .int(SavedModel.saved_model_schema_version, schemaVersion)
    .bytes(SavedModel.meta_graphs, metaGraph)
    .finish()
}

function encodeNode({ name, op, inputs, attributes, device }: TfNode): Message {
  const node = message().bytes(NodeDef.name, name).bytes(NodeDef.op, op)
  for (const input of inputs) node.bytes(NodeDef.input, input)
  if (device) node.bytes(NodeDef.device, device)
  for (const [key, value] of Object.entries(attributes))
    node.bytes(
      NodeDef.attr,
      message().bytes(MapEntry.key, key).bytes(MapEntry.value, encodeAttribute(value)),
    )
  return node
}

function encodeAttribute(value: TfAttribute): Message {
  const attribute = message()
  if ('type' in value) return attribute.int(AttrValue.type, dataTypes[value.type])
  if ('int' in value) return attribute.int(AttrValue.i, value.int)
  if ('float' in value) return attribute.float(AttrValue.f, value.float)
  if ('bool' in value) return attribute.int(AttrValue.b, value.bool ? 1 : 0)
  if ('string' in value) return attribute.bytes(AttrValue.s, value.string)
  if ('shape' in value) return attribute.bytes(AttrValue.shape, encodeShape(value.shape))
  if ('tensor' in value) return attribute.bytes(AttrValue.tensor, encodeTensor(value.tensor))
  const list = message()
  if ('ints' in value) for (const int of value.ints) list.int(ListValue.i, int)
  else for (const type of value.types) list.int(ListValue.type, dataTypes[type])
  return attribute.bytes(AttrValue.list, list)
}

function encodeShape(shape: readonly number[] | null): Message {
  const encoded = message()
  if (!shape) return encoded.int(TensorShapeProto.unknown_rank, 1)
  for (const length of shape) encoded.bytes(TensorShapeProto.dim, message().int(Dim.size, length))
  return encoded
}

/** A single value stands for all elements. */
function encodeTensor({ type, shape, data }: TfTensor): Message {
  const tensor = message()
    .int(TensorProto.dtype, dataTypes[type])
    .bytes(TensorProto.tensor_shape, encodeShape(shape))
  if (typeof data !== 'number')
    return tensor.bytes(
      TensorProto.tensor_content,
      new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
    )
  if (elementCount(shape) === 0) return tensor
  switch (type) {
    case 'float32':
      return tensor.float(TensorProto.float_val, data)
    case 'int32':
      return tensor.int(TensorProto.int_val, data)
    case 'bool':
      return tensor.int(TensorProto.bool_val, data)
  }
}
