import { createHash } from 'node:crypto'
import type { OnnxAttribute, OnnxInitializer, OnnxNode, OnnxType } from './model.js'

type Attributes = Readonly<Record<string, OnnxAttribute>>

/**
 * Collects nodes and constants under names. The same node or constant is added once; adding it
 * again returns the same name.
 */
export interface GraphBuilder {
  /** @returns the name of the node's only output */
  op(op: string, inputs: readonly string[], attributes?: Attributes, domain?: string): string
  ops(
    outputs: number,
    op: string,
    inputs: readonly string[],
    attributes?: Attributes,
    domain?: string,
  ): string[]
  constant(type: OnnxType, shape: readonly number[], data: OnnxInitializer['data']): string
  /** A 32-bit float scalar. */
  float(value: number): string
  /** A scalar of that type. */
  scalar(type: OnnxType, value: number): string
  /** An int64 vector: shapes, axes, begins and ends. */
  ints(values: readonly number[]): string
  /** An int64 scalar. */
  int(value: number): string
  /** Makes a value the graph output of that name. */
  output(name: string, value: string): void
  /** @returns what the outputs depend on, in order, with the graph outputs' names */
  finish(): {
    readonly nodes: readonly OnnxNode[]
    readonly initializers: readonly OnnxInitializer[]
  }
}

export function graphBuilder(): GraphBuilder {
  const nodes: OnnxNode[] = []
  const initializers: OnnxInitializer[] = []
  const namesByKey = new Map<string, string[]>()
  const outputs = new Map<string, string>()
  const once = (key: string, make: () => string[]): string[] => {
    const names = namesByKey.get(key) ?? make()
    namesByKey.set(key, names)
    return names
  }
  let count = 0
  /** Reshape's result → its input: of two reshapes in a row only the second is needed. */
  const reshapeInputs = new Map<string, string>()

  const builder: GraphBuilder = {
    op(op, inputs, attributes, domain) {
      if (op !== 'Reshape') return builder.ops(1, op, inputs, attributes, domain)[0]!
      const [x, shape] = inputs as [string, string]
      const input = reshapeInputs.get(x) ?? x
      const [result] = builder.ops(1, op, [input, shape]) as [string]
      reshapeInputs.set(result, input)
      return result
    },
    ops: (outputs, op, inputs, attributes = {}, domain = '') =>
      once(JSON.stringify([op, inputs, attributes, outputs]), () => {
        const names = Array.from({ length: outputs }, () => `${op}_${count++}`)
        nodes.push({ op, domain, inputs, outputs: names, attributes })
        return names
      }),
    constant: (type, shape, data) =>
      once(constantKey(type, shape, data), () => {
        const name = `constant_${count++}`
        initializers.push({ name, type, shape, data })
        return [name]
      })[0]!,
    float: value => builder.scalar('float32', value),
    scalar: (type, value) => builder.constant(type, [], typedData(type, [value])),
    ints: values => builder.constant('int64', [values.length], typedData('int64', values)),
    int: value => builder.scalar('int64', value),
    output: (name, value) => void outputs.set(name, value),
    finish: () => liveGraph(nameOutputs(nodes, outputs), initializers, outputs),
  }
  return builder
}

/**
 * Renames node outputs to the graph's outputs. An output is copied where it is a constant, an
 * input, or a second name of one value.
 */
function nameOutputs(nodes: readonly OnnxNode[], outputs: ReadonlyMap<string, string>): OnnxNode[] {
  const nodeOutputs = new Set(nodes.flatMap(node => node.outputs))
  const renamed = new Map<string, string>()
  const copies: OnnxNode[] = []
  for (const [name, value] of outputs) {
    if (nodeOutputs.has(value) && !renamed.has(value)) renamed.set(value, name)
    else
      copies.push({
        op: 'Identity',
        domain: '',
        inputs: [renamed.get(value) ?? value],
        outputs: [name],
        attributes: {},
      })
  }
  const rename = (name: string): string => renamed.get(name) ?? name
  return [
    ...nodes.map(node => ({
      ...node,
      inputs: node.inputs.map(rename),
      outputs: node.outputs.map(rename),
    })),
    ...copies,
  ]
}

function liveGraph(
  nodes: readonly OnnxNode[],
  initializers: readonly OnnxInitializer[],
  outputs: ReadonlyMap<string, string>,
): ReturnType<GraphBuilder['finish']> {
  const needed = new Set(outputs.keys())
  const liveNodes: OnnxNode[] = []
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some(output => needed.has(output))) continue
    liveNodes.push(node)
    for (const input of node.inputs) needed.add(input)
  }
  return {
    nodes: liveNodes.reverse(),
    initializers: initializers.filter(({ name }) => needed.has(name)),
  }
}

export function typedData(type: OnnxType, values: readonly number[]): OnnxInitializer['data'] {
  switch (type) {
    case 'float32':
      return Float32Array.from(values)
    case 'int32':
      return Int32Array.from(values)
    case 'int64':
      return BigInt64Array.from(values, BigInt)
    case 'bool':
      return Uint8Array.from(values)
  }
}

function constantKey(
  type: OnnxType,
  shape: readonly number[],
  data: OnnxInitializer['data'],
): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
  return `constant ${type} ${shape.join()} ${createHash('sha1').update(bytes).digest('base64')}`
}
