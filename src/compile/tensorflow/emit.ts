import { UntraceableError } from '../trace/errors.js'
import { liveNodes } from '../trace/tape.js'
import type { Fed, Tape, Value, ValueType } from '../trace/tape.js'
import { graphBuilder } from './builder.js'
import type { GraphBuilder } from './builder.js'
import { emitters } from './kernels/index.js'
import { T } from './kernels/call.js'
import { encodeSavedModel } from './model.js'

/**
 * One variable of a graph: a named state of one shape and dtype. Programs of a graph that have the
 * same state share it.
 */
export interface TfVariable {
  readonly name: string
  /** Fetched: its value. */
  readonly get: string
  /**
   * Fetched: its value, after which the variable is empty. The first node is the value; the second
   * must be fetched with it.
   */
  readonly take: readonly [value: string, done: string]
  /** Fed: its new value, which is assigned when `put.done` is fetched. */
  readonly put: { readonly feed: string; readonly done: string }
}

/** One program in a graph. */
export interface TfProgram {
  /** State name → its variable, for state that is read or replaced. */
  readonly variables: Readonly<Record<string, TfVariable>>
  /** Input name → the node that is fed. Unused inputs have none. */
  readonly feeds: Readonly<Record<string, string>>
  /** Output name → the node that is fetched. */
  readonly fetches: Readonly<Record<string, string>>
  /** Fetched with every run, so that the new values of state are assigned. */
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
  const variablesByState: Record<string, TfVariable> = {}
  const feeds: Record<string, string> = {}
  const stateVariable = (
    name: string,
    { dtype, shape }: Pick<Fed, 'dtype' | 'shape'>,
  ): Variable => {
    const key = `${dtype} ${shape.join()} ${name}`
    const variable =
      variables.get(key) ?? emitVariable(graph, `variable_${variables.size}`, dtype, shape)
    variables.set(key, variable)
    variablesByState[name] = variable
    return variable
  }
  const fedName = (value: Fed): string => {
    if (value.kind === 'state') return stateVariable(value.name, value).read
    const feed = `${prefix}/input_${Object.keys(feeds).length}`
    feeds[value.name] = feed
    return graph.named({
      name: feed,
      op: 'Placeholder',
      inputs: [],
      attributes: { dtype: { type: value.dtype }, shape: { shape: value.shape } },
    })
  }
  const valueName = (value: Value): string => {
    const existing = names.get(value)
    if (existing !== undefined) return existing
    if (value.kind === 'computed')
      throw new Error(`${tape.name}: a value is used before it is computed`)
    const name =
      value.kind === 'constant'
        ? graph.constant({ type: value.dtype, shape: value.shape, data: value.data })
        : fedName(value)
    names.set(value, name)
    return name
  }

  const hostValues = hostMemoryValues(tape)
  for (const node of liveNodes(tape)) {
    const emit = emitters.get(node.kernel)
    if (!emit)
      throw new UntraceableError(
        tape.name,
        `uses the operation ${node.kernel}, which has no TensorFlow graph`,
        'Write it with other operations, or run the program eagerly',
      )
    const outputNames = emit({ ...node, graph, name: valueName })
    node.outputs.forEach((output, i) =>
      names.set(output, typeof outputNames === 'string' ? outputNames : outputNames[i]!),
    )
  }

  const assignments = Object.entries(tape.replaced).map(([name, value], i) => {
    const { handle, read } = stateVariable(name, value)
    // An input's memory belongs to JavaScript and is valid only during the run.
    const next = hostValues.has(value)
      ? graph.op('DeepCopy', [valueName(value)], T(value.dtype))
      : valueName(value)
    return graph.named({
      name: `${prefix}/assign_${i}`,
      op: 'AssignVariableOp',
      inputs: [handle, next, `^${read}`],
      attributes: { dtype: { type: value.dtype } },
    })
  })
  const after = assignments.map(name => `^${name}`)
  const fetches = Object.fromEntries(
    Object.entries(tape.outputs).map(([name, value], i) => [
      name,
      graph.named({
        name: `${prefix}/output_${i}`,
        op: 'Identity',
        inputs: [valueName(value)],
        attributes: T(value.dtype),
      }),
    ]),
  )
  return {
    variables: variablesByState,
    feeds,
    fetches,
    done: signal(graph, `${prefix}/done`, after),
  }
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

/** A node to fetch so that those before it run: an assignment has no output. */
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
const aliasingKernels = new Set([
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
 * @returns the values that may share memory with the host: inputs, and views of inputs
 */
function hostMemoryValues(tape: Tape): Set<Value> {
  const values = new Set<Value>()
  for (const { kernel, inputs, outputs } of tape.nodes) {
    if (
      !aliasingKernels.has(kernel) ||
      !inputs.some(input => input.kind === 'input' || values.has(input))
    )
      continue
    for (const output of outputs) values.add(output)
  }
  for (const value of Object.values(tape.replaced)) if (value.kind === 'input') values.add(value)
  return values
}
