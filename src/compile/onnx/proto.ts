/**
 * Field numbers and enum values of ONNX's messages, by their names in the schema:
 * https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export const ModelProto = { ir_version: 1, graph: 7, opset_import: 8 } as const
export const OperatorSetIdProto = { domain: 1, version: 2 } as const
export const GraphProto = { node: 1, name: 2, initializer: 5, input: 11, output: 12 } as const
export const NodeProto = { input: 1, output: 2, op_type: 4, attribute: 5, domain: 7 } as const
export const AttributeProto = { name: 1, f: 2, i: 3, s: 4, ints: 8, type: 20 } as const
export const AttributeType = { FLOAT: 1, INT: 2, STRING: 3, INTS: 7 } as const
export const TensorProto = {
  dims: 1,
  data_type: 2,
  name: 8,
  raw_data: 9,
  external_data: 13,
  data_location: 14,
} as const
export const DataType = { FLOAT: 1, INT32: 6, INT64: 7, BOOL: 9 } as const
export const DataLocation = { EXTERNAL: 1 } as const
export const StringStringEntryProto = { key: 1, value: 2 } as const
export const ValueInfoProto = { name: 1, type: 2 } as const
export const TypeProto = { tensor_type: 1 } as const
export const TypeProtoTensor = { elem_type: 1, shape: 2 } as const
export const TensorShapeProto = { dim: 1 } as const
export const Dimension = { dim_value: 1 } as const
