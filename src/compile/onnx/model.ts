import { message } from '../protobuf.js'
import type { Message } from '../protobuf.js'

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

/**
 * A constant whose data isn't in the model: it is given with it, under the tensor's name as that of
 * a file.
 */
export type OnnxOutside = OnnxTensor

export interface OnnxGraph {
  readonly name: string
  readonly nodes: readonly OnnxNode[]
  readonly initializers: readonly OnnxInitializer[]
  readonly outside: readonly OnnxOutside[]
  readonly inputs: readonly OnnxTensor[]
  readonly outputs: readonly OnnxTensor[]
}

// IR version and operator sets that onnxruntime 1.30 reads; com.microsoft for FusedMatMul.
const irVersion = 9
const operatorSets: Readonly<Record<string, number>> = { '': 18, 'com.microsoft': 1 }

const elementTypes: Readonly<Record<OnnxType, number>> = { float32: 1, int32: 6, int64: 7, bool: 9 }

/** TensorProto.DataType, as the attribute `to` of Cast wants it. */
export function elementType(type: OnnxType): number {
  return elementTypes[type]
}

/** Field numbers are those of onnx.proto: https://github.com/onnx/onnx/blob/main/onnx/onnx.proto */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  const body = message()
  for (const node of graph.nodes) body.bytes(1, encodeNode(node))
  body.bytes(2, graph.name)
  for (const tensor of graph.initializers) body.bytes(5, encodeInitializer(tensor))
  for (const tensor of graph.outside) body.bytes(5, encodeOutside(tensor))
  for (const tensor of graph.inputs) body.bytes(11, encodeValueInfo(tensor))
  for (const tensor of graph.outputs) body.bytes(12, encodeValueInfo(tensor))
  const model = message().int(1, irVersion).bytes(7, body)
  for (const [domain, version] of Object.entries(operatorSets))
    model.bytes(8, message().bytes(1, domain).int(2, version))
  return model.finish()
}

function encodeNode({ op, domain, inputs, outputs, attributes }: OnnxNode): Message {
  const node = message()
  for (const input of inputs) node.bytes(1, input)
  for (const output of outputs) node.bytes(2, output)
  node.bytes(4, op)
  for (const [name, value] of Object.entries(attributes))
    node.bytes(5, encodeAttribute(name, value))
  return domain ? node.bytes(7, domain) : node
}

function encodeAttribute(name: string, value: OnnxAttribute): Message {
  const attribute = message().bytes(1, name)
  if (typeof value === 'number') return attribute.int(3, value).int(20, 2)
  if (typeof value === 'string') return attribute.bytes(4, value).int(20, 3)
  if ('float' in value) return attribute.float(2, value.float).int(20, 1)
  for (const element of value) attribute.int(8, element)
  return attribute.int(20, 7)
}

function encodeInitializer({ name, type, shape, data }: OnnxInitializer): Message {
  const tensor = message()
  for (const length of shape) tensor.int(1, length)
  return tensor
    .int(2, elementTypes[type])
    .bytes(8, name)
    .bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
}

function encodeOutside({ name, type, shape }: OnnxOutside): Message {
  const tensor = message()
  for (const length of shape) tensor.int(1, length)
  const external = (key: string, value: string): Message => message().bytes(1, key).bytes(2, value)
  // Every type that a program's state has takes four bytes.
  const bytes = 4 * shape.reduce((product, length) => product * length, 1)
  return tensor
    .int(2, elementTypes[type])
    .bytes(8, name)
    .bytes(13, external('location', name))
    .bytes(13, external('offset', '0'))
    .bytes(13, external('length', String(bytes)))
    .int(14, 1)
}

function encodeValueInfo({ name, type, shape }: OnnxTensor): Message {
  const dimensions = message()
  for (const length of shape) dimensions.bytes(1, message().int(1, length))
  return message()
    .bytes(1, name)
    .bytes(2, message().bytes(1, message().int(1, elementTypes[type]).bytes(2, dimensions)))
}
