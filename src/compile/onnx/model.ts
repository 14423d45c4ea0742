import { elementCount } from '../../util/element-count.js'
import { message } from '../protobuf.js'
import type { Message } from '../protobuf.js'
import {
  AttributeProto,
  AttributeType,
  DataLocation,
  DataType,
  Dimension,
  GraphProto,
  ModelProto,
  NodeProto,
  OperatorSetIdProto,
  StringStringEntryProto,
  TensorProto,
  TensorShapeProto,
  TypeProto,
  TypeProtoTensor,
  ValueInfoProto,
} from './proto.js'

export type OnnxType = 'float32' | 'int32' | 'int64' | 'bool'

export type OnnxAttribute = number | string | readonly number[] | { readonly float: number }

export interface OnnxNode {
  readonly op: string
  /** '' is ONNX's own operators. */
  readonly domain: string
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly attributes: Readonly<Record<string, OnnxAttribute>>
}

export interface OnnxTensor {
  readonly name: string
  readonly type: OnnxType
  readonly shape: readonly number[]
}

export interface OnnxInitializer extends OnnxTensor {
  readonly data: Float32Array | Int32Array | BigInt64Array | Uint8Array
}

export interface OnnxGraph {
  readonly name: string
  readonly nodes: readonly OnnxNode[]
  readonly initializers: readonly OnnxInitializer[]
  /** Constants whose data is passed beside the model, under the tensor's name as a file name. */
  readonly externalInitializers: readonly OnnxTensor[]
  readonly inputs: readonly OnnxTensor[]
  readonly outputs: readonly OnnxTensor[]
}

// IR version and operator sets that onnxruntime 1.30 reads; com.microsoft for FusedMatMul.
const irVersion = 9
const operatorSets: Readonly<Record<string, number>> = { '': 18, 'com.microsoft': 1 }

const dataTypes: Readonly<Record<OnnxType, number>> = {
  float32: DataType.FLOAT,
  int32: DataType.INT32,
  int64: DataType.INT64,
  bool: DataType.BOOL,
}

/** Every type that a program's state has takes four bytes. */
const BYTES_PER_STATE_ELEMENT = 4

/** @returns TensorProto.DataType, for the attribute `to` of Cast */
export function dataType(type: OnnxType): number {
  return dataTypes[type]
}

/** @returns a ModelProto */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  const body = message()
  for (const node of graph.nodes) body.bytes(GraphProto.node, encodeNode(node))
  body.bytes(GraphProto.name, graph.name)
  for (const tensor of graph.initializers)
    body.bytes(GraphProto.initializer, encodeInitializer(tensor))
  for (const tensor of graph.externalInitializers)
    body.bytes(GraphProto.initializer, encodeExternalInitializer(tensor))
  for (const tensor of graph.inputs) body.bytes(GraphProto.input, encodeValueInfo(tensor))
  for (const tensor of graph.outputs) body.bytes(GraphProto.output, encodeValueInfo(tensor))
  const model = message().int(ModelProto.ir_version, irVersion).bytes(ModelProto.graph, body)
  for (const [domain, version] of Object.entries(operatorSets))
    model.bytes(
      ModelProto.opset_import,
      message().bytes(OperatorSetIdProto.domain, domain).int(OperatorSetIdProto.version, version),
    )
  return model.finish()
}

function encodeNode({ op, domain, inputs, outputs, attributes }: OnnxNode): Message {
  const node = message()
  for (const input of inputs) node.bytes(NodeProto.input, input)
  for (const output of outputs) node.bytes(NodeProto.output, output)
  node.bytes(NodeProto.op_type, op)
  for (const [name, value] of Object.entries(attributes))
    node.bytes(NodeProto.attribute, encodeAttribute(name, value))
  return domain ? node.bytes(NodeProto.domain, domain) : node
}

function encodeAttribute(name: string, value: OnnxAttribute): Message {
  const attribute = message().bytes(AttributeProto.name, name)
  const typed = (type: number): Message => attribute.int(AttributeProto.type, type)
  if (typeof value === 'number') {
    attribute.int(AttributeProto.i, value)
    return typed(AttributeType.INT)
  }
  if (typeof value === 'string') {
    attribute.bytes(AttributeProto.s, value)
    return typed(AttributeType.STRING)
  }
  if ('float' in value) {
    attribute.float(AttributeProto.f, value.float)
    return typed(AttributeType.FLOAT)
  }
  for (const element of value) attribute.int(AttributeProto.ints, element)
  return typed(AttributeType.INTS)
}

function encodeInitializer({ name, type, shape, data }: OnnxInitializer): Message {
  return encodeTensor(name, type, shape).bytes(
    TensorProto.raw_data,
    new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  )
}

function encodeExternalInitializer({ name, type, shape }: OnnxTensor): Message {
  const entry = (key: string, value: string): Message =>
    message().bytes(StringStringEntryProto.key, key).bytes(StringStringEntryProto.value, value)
  const byteLength = BYTES_PER_STATE_ELEMENT * elementCount(shape)
  return encodeTensor(name, type, shape)
    .bytes(TensorProto.external_data, entry('location', name))
    .bytes(TensorProto.external_data, entry('offset', '0'))
    .bytes(TensorProto.external_data, entry('length', String(byteLength)))
    .int(TensorProto.data_location, DataLocation.EXTERNAL)
}

function encodeTensor(name: string, type: OnnxType, shape: readonly number[]): Message {
  const tensor = message()
  for (const length of shape) tensor.int(TensorProto.dims, length)
  return tensor.int(TensorProto.data_type, dataTypes[type]).bytes(TensorProto.name, name)
}

function encodeValueInfo({ name, type, shape }: OnnxTensor): Message {
  const dimensions = message()
  for (const length of shape)
    dimensions.bytes(TensorShapeProto.dim, message().int(Dimension.dim_value, length))
  const tensorType = message()
    .int(TypeProtoTensor.elem_type, dataTypes[type])
    .bytes(TypeProtoTensor.shape, dimensions)
  return message()
    .bytes(ValueInfoProto.name, name)
    .bytes(ValueInfoProto.type, message().bytes(TypeProto.tensor_type, tensorType))
}
