import { UntraceableError } from '../trace/errors.js'
import { liveNodes } from '../trace/tape.js'
import type { Fed, Tape, Value, ValueType } from '../trace/tape.js'
import { graphBuilder } from './builder.js'
import type { GraphBuilder } from './builder.js'
import { emitters } from './kernels/index.js'
import { T } from './kernels/call.js'
import { encodeSavedModel } from './model.js'

/**
 * One resource of a graph: a named state of one shape and dtype. Programs of a graph that have the
 * same share it.
 */
export interface TfVariable {
  readonly name: string
  /** Fetched: its value. */
  readonly get: string
  /**
   * Fetched: its value, after which it holds none. The first is the value, the second only to be
   * fetched with it.
   */
  readonly take: readonly [value: string, done: string]
  /** Fed: a value that it takes on when `put.done` is fetched. */
  readonly put: { readonly feed: string; readonly done: string }
}

/** One program in a graph. */
export interface TfProgram {
  /** By state name, those that are read or replaced. */
  readonly variables: Readonly<Record<string, TfVariable>>
  /** Input name → what is fed. Only what is used. */
  readonly feeds: Readonly<Record<string, string>>
  /** Output name → what is fetched. */
  readonly fetches: Readonly<Record<string, string>>
  /** Fetched with every run: state has its new values afterwards. */
  readonly done: string
}

/**
 * Writes programs as one TensorFlow graph in a SavedModel. State is held in variables of the graph,
 * which all its programs share; within a run each variable is read before it is assigned.
 */
export function emitTensorflow(tapes: readonly Tape[]): {
  readonly bytes: Uint8Array
  readonly programs: readonly TfProgram[]
  readonly nodes: number
} {
  const graph = graphBuilder()
  const variables = new Map<string, Variable>()
  const programs = tapes.map((tape, index) =>
    emitProgram(graph, variables, tape, `program_${index}`),
  )
  return { bytes: encodeSavedModel(graph.nodes), programs, nodes: graph.nodes.length }
}

interface Variable extends TfVariable {
  readonly handle: string
  readonly read: string
}

function emitProgram(
  graph: GraphBuilder,
  variables: Map<string, Variable>,
  tape: Tape,
  prefix: string,
): TfProgram {
  const names = new Map<Value, string>()
  const used: Record<string, TfVariable> = {}
  const feeds: Record<string, string> = {}
  const variableOf = (name: string, { dtype, shape }: Pick<Fed, 'dtype' | 'shape'>): Variable => {
    const key = `${dtype} ${shape.join()} ${name}`
    const variable =
      variables.get(key) ?? emitVariable(graph, `variable_${variables.size}`, dtype, shape)
    variables.set(key, variable)
    used[name] = variable
    return variable
  }
  const fedName = (value: Fed): string => {
    if (value.kind === 'state') return variableOf(value.name, value).read
    const feed = `${prefix}/input_${Object.keys(feeds).length}`
    feeds[value.name] = feed
    return graph.named({
      name: feed,
      op: 'Placeholder',
      inputs: [],
      attributes: { dtype: { type: value.dtype }, shape: { shape: value.shape } },
    })
  }
  const nameOf = (value: Value): string => {
    const known = names.get(value)
    if (known !== undefined) return known
    if (value.kind === 'computed')
      throw new Error(`${tape.name}: a value is used before it is made`)
    const name =
      value.kind === 'constant'
        ? graph.constant({ type: value.dtype, shape: value.shape, data: value.data })
        : fedName(value)
    names.set(value, name)
    return name
  }

  const lent = lentByHost(tape)
  for (const node of liveNodes(tape)) {
    const emit = emitters.get(node.kernel)
    if (!emit)
      throw new UntraceableError(
        tape.name,
        `uses the operation ${node.kernel}, which has no TensorFlow graph`,
        'Write it with other operations, or run the program eagerly',
      )
    const made = emit({ ...node, graph, name: nameOf })
    node.outputs.forEach((output, i) =>
      names.set(output, typeof made === 'string' ? made : made[i]!),
    )
  }

  const assigned = Object.entries(tape.replaced).map(([name, value], i) => {
    const { handle, read } = variableOf(name, value)
    // An input's memory belongs to JavaScript and must not outlive the run.
    const next = lent.has(value)
      ? graph.op('DeepCopy', [nameOf(value)], T(value.dtype))
      : nameOf(value)
    return graph.named({
      name: `${prefix}/assign_${i}`,
      op: 'AssignVariableOp',
      inputs: [handle, next, `^${read}`],
      attributes: { dtype: { type: value.dtype } },
    })
  })
  const after = assigned.map(name => `^${name}`)
  const fetches = Object.fromEntries(
    Object.entries(tape.outputs).map(([name, value], i) => [
      name,
      graph.named({
        name: `${prefix}/output_${i}`,
        op: 'Identity',
        inputs: [nameOf(value)],
        attributes: T(value.dtype),
      }),
    ]),
  )
  return { variables: used, feeds, fetches, done: signal(graph, `${prefix}/done`, after) }
}

function emitVariable(
  graph: GraphBuilder,
  name: string,
  dtype: ValueType,
  shape: readonly number[],
): Variable {
  const type = { dtype: { type: dtype } }
  const handle = graph.named({
    name,
    op: 'VarHandleOp',
    inputs: [],
    attributes: {
      ...type,
      shape: { shape },
      shared_name: { string: name },
      container: { string: '' },
    },
  })
  const read = graph.named({
    name: `${name}/read`,
    op: 'ReadVariableOp',
    inputs: [handle],
    attributes: type,
  })
  const feed = graph.named({
    name: `${name}/feed`,
    op: 'Placeholder',
    inputs: [],
    attributes: { ...type, shape: { shape } },
  })
  const put = graph.named({
    name: `${name}/put`,
    op: 'AssignVariableOp',
    inputs: [handle, feed],
    attributes: type,
  })
  const get = graph.named({
    name: `${name}/get`,
    op: 'Identity',
    inputs: [read],
    attributes: T(dtype),
  })
  const drop = graph.named({
    name: `${name}/drop`,
    op: 'DestroyResourceOp',
    inputs: [handle, `^${read}`],
    attributes: { ignore_lookup_error: { bool: true } },
  })
  return {
    name,
    handle,
    read,
    get,
    take: [get, signal(graph, `${name}/dropped`, [`^${drop}`])],
    put: { feed, done: signal(graph, `${name}/set`, [`^${put}`]) },
  }
}

/** Something to fetch for the sake of what runs before it: an assignment has no output. */
function signal(graph: GraphBuilder, name: string, after: readonly string[]): string {
  return graph.named({
    name,
    op: 'Const',
    inputs: after,
    attributes: {
      dtype: { type: 'int32' },
      value: { tensor: { type: 'int32', shape: [], data: 1 } },
    },
  })
}

/** Kernels whose result may lie in the memory of their first input. */
const passing = new Set([
  'Identity',
  'Reshape',
  'ExpandDims',
  'Slice',
  'StridedSlice',
  'Cast',
  'Tile',
  'SplitV',
  'Unpack',
  'Concat',
  'Pack',
  'AddN',
  'Transpose',
  'Sum',
  'Max',
  'Min',
  'Mean',
  'Prod',
])

/**
 * @returns the values that may lie in memory of the host: inputs, and what is another view of one
 */
function lentByHost(tape: Tape): Set<Value> {
  const lent = new Set<Value>()
  for (const { kernel, inputs, outputs } of tape.nodes) {
    if (!passing.has(kernel) || !inputs.some(input => input.kind === 'input' || lent.has(input)))
      continue
    for (const output of outputs) lent.add(output)
  }
  for (const value of Object.values(tape.replaced)) if (value.kind === 'input') lent.add(value)
  return lent
}
