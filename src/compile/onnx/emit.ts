import { UntraceableError } from '../trace/errors.js'
import { elementCount } from '../../util/element-count.js'
import { liveNodes } from '../trace/tape.js'
import type { Constant, Tape, TapeNode, Value } from '../trace/tape.js'
import { dataOf, graphBuilder } from './builder.js'
import type { GraphBuilder } from './builder.js'
import type { Call } from './kernels/call.js'
import { emitters } from './kernels/index.js'
import { encodeModel } from './model.js'
import type { OnnxTensor } from './model.js'

/** An ONNX model and what its inputs and outputs are called. */
export interface OnnxProgram {
  readonly bytes: Uint8Array
  /** Graph input → what is fed there. Only what is used. */
  readonly feeds: Readonly<
    Record<string, { readonly kind: 'state' | 'input'; readonly name: string }>
  >
  /** Graph output → what becomes of it: given to the host, or the state's next value. */
  readonly fetches: Readonly<
    Record<string, { readonly kind: 'output' | 'state'; readonly name: string }>
  >
  /** State that is built in, by the name under which its data is to be given with the model. */
  readonly builtIn: Readonly<Record<string, string>>
  readonly nodes: number
}

/**
 * Writes a tape as an ONNX model. Nodes that serve nothing, and those that change nothing, are left
 * out.
 *
 * @param builtIn state that is a constant of the model
 */
export function emitOnnx(tape: Tape, builtIn: ReadonlySet<string> = new Set()): OnnxProgram {
  const graph = graphBuilder()
  const names = new Map<Value, string>()
  const inputs: OnnxTensor[] = []
  const outside: OnnxTensor[] = []
  const feeds: Record<string, OnnxProgram['feeds'][string]> = {}

  const nameOf = (value: Value): string => {
    const known = names.get(value)
    if (known !== undefined) return known
    if (value.kind === 'computed')
      throw new Error(`${tape.name}: a value is used before it is made`)
    const name =
      value.kind === 'constant' ? constantName(graph, value) : `${value.kind}/${value.name}`
    if (value.kind === 'state' && builtIn.has(value.name))
      outside.push({ name, type: value.dtype, shape: value.shape })
    else if (value.kind !== 'constant') {
      inputs.push({ name, type: value.dtype, shape: value.shape })
      feeds[name] = { kind: value.kind, name: value.name }
    }
    names.set(value, name)
    return name
  }

  const nodes = liveNodes(tape)
  const { maker, uses } = edgesOf(tape, nodes)
  for (const node of nodes) {
    const emit = emitters.get(node.kernel)
    if (!emit)
      throw new UntraceableError(
        tape.name,
        `uses the operation ${node.kernel}, which has no ONNX`,
        'Write it with other operations, or run the program eagerly',
      )
    const made = emit({ ...node, graph, name: nameOf, maker, uses })
    node.outputs.forEach((output, i) =>
      names.set(output, typeof made === 'string' ? made : made[i]!),
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
      graph.output(`${prefix}/${name}`, nameOf(value))
      outputs.push({ name: `${prefix}/${name}`, type: value.dtype, shape: value.shape })
      fetches[`${prefix}/${name}`] = { kind, name }
    }
  }
  fetch('output', 'output', tape.outputs)
  fetch('state', 'next', tape.replaced)
  const { nodes: written, initializers } = graph.finish()
  return {
    bytes: encodeModel({ name: tape.name, nodes: written, initializers, outside, inputs, outputs }),
    feeds,
    fetches,
    builtIn: Object.fromEntries(outside.map(({ name }) => [name, name.slice('state/'.length)])),
    nodes: written.length,
  }
}

function edgesOf(tape: Tape, nodes: readonly TapeNode[]): Pick<Call, 'maker' | 'uses'> {
  const makers = new Map<Value, TapeNode>(
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
  return { maker: value => makers.get(value), uses: value => counts.get(value) ?? 0 }
}

function constantName(graph: GraphBuilder, { dtype, shape, data }: Constant): string {
  if (typeof data !== 'number') return graph.constant(dtype, shape, data)
  return elementCount(shape) === 1
    ? graph.constant(dtype, shape, dataOf(dtype, [data]))
    : graph.op('Expand', [graph.scalar(dtype, data), graph.ints(shape)])
}
