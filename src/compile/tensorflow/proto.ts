/**
 * Field numbers and enum values of TensorFlow's messages, by their names in the schema:
 * https://github.com/tensorflow/tensorflow/tree/master/tensorflow/core/protobuf (SavedModel,
 * MetaGraphDef) and …/core/framework (all others)
 */
export const SavedModel = { saved_model_schema_version: 1, meta_graphs: 2 } as const
export const MetaGraphDef = { meta_info_def: 1, graph_def: 2 } as const
export const MetaInfoDef = { tags: 4 } as const
export const GraphDef = { node: 1, versions: 4 } as const
export const VersionDef = { producer: 1, min_consumer: 2 } as const
export const NodeDef = { name: 1, op: 2, input: 3, device: 4, attr: 5 } as const
/** An entry of a `map` field. */
export const MapEntry = { key: 1, value: 2 } as const
export const AttrValue = { list: 1, s: 2, i: 3, f: 4, b: 5, type: 6, shape: 7, tensor: 8 } as const
export const ListValue = { i: 3, type: 6 } as const
export const TensorShapeProto = { dim: 2, unknown_rank: 3 } as const
export const Dim = { size: 1 } as const
export const TensorProto = {
  dtype: 1,
  tensor_shape: 2,
  tensor_content: 4,
  float_val: 5,
  int_val: 7,
  bool_val: 11,
} as const
export const DataType = { DT_FLOAT: 1, DT_INT32: 3, DT_BOOL: 10 } as const
