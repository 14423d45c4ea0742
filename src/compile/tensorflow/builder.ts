import { createHash } from 'node:crypto'
import type { ValueType } from '../trace/tape.js'
import type { TfAttribute, TfNode, TfTensor } from './model.js'

type Attributes = Readonly<Record<string, TfAttribute>>

/**
 * Collects nodes and constants under names. The same node or constant is added once; adding it
 * again returns the same name.
 */
export interface GraphBuilder {
  readonly nodes: readonly TfNode[]
  /** @returns the name of the node's first output; further ones are `name:1`, `name:2` */
  op(op: string, inputs: readonly string[], attributes?: Attributes): string
  /** Adds a node under its own name, also when an equal one exists. */
  named(node: TfNode): string
  constant(tensor: TfTensor): string
  scalar(type: ValueType, value: number): string
  /** An int32 vector: shapes, axes, begins and sizes. */
  ints(values: readonly number[]): string
  /** An int32 scalar. */
  int(value: number): string
}

export function graphBuilder(): GraphBuilder {
  const nodes: TfNode[] = []
  const namesByKey = new Map<string, string>()
  const once = (key: string, make: (name: (kind: string) => string) => TfNode): string => {
    const existing = namesByKey.get(key)
    if (existing !== undefined) return existing
    const node = make(kind => `${kind}_${nodes.length}`)
    nodes.push(node)
    namesByKey.set(key, node.name)
    return node.name
  }
  const builder: GraphBuilder = {
    nodes,
    op: (op, inputs, attributes = {}) =>
      once(JSON.stringify([op, inputs, attributes]), name => ({
        name: name(op),
        op,
        inputs,
        attributes,
      })),
    named: node => {
      nodes.push(node)
      return node.name
    },
    constant: tensor =>
      once(constantKey(tensor), name => ({
        name: name('constant'),
        op: 'Const',
        inputs: [],
        attributes: { dtype: { type: tensor.type }, value: { tensor } },
      })),
    scalar: (type, value) => builder.constant({ type, shape: [], data: value }),
    ints: values =>
      builder.constant({ type: 'int32', shape: [values.length], data: Int32Array.from(values) }),
    int: value => builder.scalar('int32', value),
  }
  return builder
}

function constantKey({ type, shape, data }: TfTensor): string {
  const value =
    typeof data === 'number'
      ? String(Object.is(data, -0) ? '-0' : data)
      : createHash('sha1')
          .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
          .digest('base64')
  return `constant ${type} ${shape.join()} ${typeof data} ${value}`
}
