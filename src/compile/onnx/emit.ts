import { UntraceableError } from '../trace/errors.js'
import { elementCount } from '../../util/element-count.js'
import { liveNodes } from '../trace/tape.js'
import type { Constant, Tape, TapeNode, Value } from '../trace/tape.js'
import { typedData, graphBuilder } from './builder.js'
import type { GraphBuilder } from './builder.js'
import type { Call } from './kernels/call.js'
import { emitters } from './kernels/index.js'
import { encodeModel } from './model.js'
import type { OnnxTensor } from './model.js'

/** An ONNX model and the names of its inputs and outputs. */
export interface OnnxProgram {
  readonly bytes: Uint8Array
  /** Graph input → what is fed there. Unused state and inputs have none. */
  readonly feeds: Readonly<
    Record<string, { readonly kind: 'state' | 'input'; readonly name: string }>
  >
  /** Graph output → its use: returned to the host, or the next value of a state. */
  readonly fetches: Readonly<
    Record<string, { readonly kind: 'output' | 'state'; readonly name: string }>
  >
  /** Name of external data → the built-in state that it is. */
  readonly builtIn: Readonly<Record<string, string>>
  readonly nodes: number
}

/**
 * Writes a tape as an ONNX model, without nodes that no output depends on or that change nothing.
 *
 * @param builtIn state that becomes a constant of the model
 * @throws UntraceableError for a kernel without an emitter
 */
export function emitOnnx(tape: Tape, builtIn: ReadonlySet<string> = new Set()): OnnxProgram {
  const graph = graphBuilder()
  const names = new Map<Value, string>()
  const inputs: OnnxTensor[] = []
  const externalInitializers: OnnxTensor[] = []
  const feeds: Record<string, OnnxProgram['feeds'][string]> = {}

  const valueName = (value: Value): string => {
    const existing = names.get(value)
    if (existing !== undefined) return existing
    if (value.kind === 'computed')
      throw new Error(`${tape.name}: a value is used before it is computed`)
    const name =
      value.kind === 'constant' ? constantName(graph, value) : `${value.kind}/${value.name}`
    if (value.kind === 'state' && builtIn.has(value.name))
      externalInitializers.push({ name, type: value.dtype, shape: value.shape })
    else if (value.kind !== 'constant') {
      inputs.push({ name, type: value.dtype, shape: value.shape })
      feeds[name] = { kind: value.kind, name: value.name }
    }
    names.set(value, name)
    return name
  }

  const nodes = liveNodes(tape)
  const { producer, uses } = edges(tape, nodes)
  for (const node of nodes) {
    const emit = emitters.get(node.kernel)
    if (!emit)
      throw new UntraceableError(
        tape.name,
        `uses the operation ${node.kernel}, which has no ONNX`,
        'Write it with other operations, or run the program eagerly',
      )
    const outputNames = emit({ ...node, graph, name: valueName, producer, uses })
    node.outputs.forEach((output, i) =>
      names.set(output, typeof outputNames === 'string' ? outputNames : outputNames[i]!),
    )
  }

  const outputs: OnnxTensor[] = []
  const fetches: Record<string, OnnxProgram['fetches'][string]> = {}
  const fetch = (
    kind: 'output' | 'state',
    prefix: string,
    values: Readonly<Record<string, Value>>,
  ): void => {
    for (const [name, value] of Object.entries(values)) {
      graph.output(`${prefix}/${name}`, valueName(value))
      outputs.push({ name: `${prefix}/${name}`, type: value.dtype, shape: value.shape })
      fetches[`${prefix}/${name}`] = { kind, name }
    }
  }
  fetch('output', 'output', tape.outputs)
  fetch('state', 'next', tape.replaced)
  const { nodes: graphNodes, initializers } = graph.finish()
  return {
    bytes: encodeModel({
      name: tape.name,
      nodes: graphNodes,
      initializers,
      externalInitializers,
      inputs,
      outputs,
    }),
    feeds,
    fetches,
    builtIn: Object.fromEntries(
      externalInitializers.map(({ name }) => [name, name.slice('state/'.length)]),
    ),
    nodes: graphNodes.length,
  }
}

function edges(tape: Tape, nodes: readonly TapeNode[]): Pick<Call, 'producer' | 'uses'> {
  const producers = new Map<Value, TapeNode>(
    nodes.flatMap(node => node.outputs.map(output => [output, node] as const)),
  )
  const counts = new Map<Value, number>()
  for (const value of [
    ...nodes.flatMap(({ inputs }) => inputs),
    ...Object.values(tape.outputs),
    ...Object.values(tape.replaced),
  ]) {
    counts.set(value, (counts.get(value) ?? 0) + 1)
  }
  return { producer: value => producers.get(value), uses: value => counts.get(value) ?? 0 }
}

function constantName(graph: GraphBuilder, { dtype, shape, data }: Constant): string {
  if (typeof data !== 'number') return graph.constant(dtype, shape, data)
  return elementCount(shape) === 1
    ? graph.constant(dtype, shape, typedData(dtype, [data]))
    : graph.op('Expand', [graph.scalar(dtype, data), graph.ints(shape)])
}
