import * as tf from '@tensorflow/tfjs'
import type { DataId, TensorInfo } from '@tensorflow/tfjs'
import { UntraceableError } from './errors.js'
import { constantKernels } from './constants.js'
import type { MadeConstant } from './constants.js'
import { shapeRules } from './kernels.js'
import type { Inference, ShapeRule } from './rule.js'
import type { Computed, Constant, Fed, TapeNode, Value, ValueType } from './tape.js'

const traceBackend = 'tune-trace'

/** @returns whether operations are being written down, not run */
export function isTracing(): boolean {
  return tf.getBackend() === traceBackend
}

/**
 * @returns whether what is being written down is for an engine that has this kernel of the house as
 * one operator
 */
export function fuses(kernel: string): boolean {
  return isTracing() && traceInstance().recording!.fused.has(kernel)
}

/** What is being written down. There is one at a time in a thread, as there is one tfjs engine. */
export interface Recording {
  /** For messages. */
  readonly name: string
  /** Kernels of the house that the engine has operators for, beyond those that each has. */
  readonly fused: ReadonlySet<string>
  readonly nodes: TapeNode[]
  readonly values: WeakMap<DataId, Value>
}

/**
 * Makes tfjs write down the kernels that `work` asks for instead of running them, and then be as it
 * was.
 *
 * @throws UntraceableError when the work needs a kernel without a rule, or a value
 */
export function record<T>(
  name: string,
  fused: ReadonlySet<string>,
  work: (recording: Recording) => T,
): T {
  const backend = traceInstance()
  if (backend.recording)
    throw new Error(`${name}: a program cannot be traced inside another program`)
  const before = tf.getBackend() as string | undefined
  const recording: Recording = { name, fused, nodes: [], values: new WeakMap() }
  backend.recording = recording
  void tf.setBackend(traceBackend)
  try {
    return work(recording)
  } finally {
    backend.recording = null
    void tf.setBackend(before ?? 'cpu')
  }
}

/** @returns a tensor of the recording that stands for a value fed from outside */
export function feed(recording: Recording, fed: Fed): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(symbol(recording, fed))
}

/** @returns what a tensor that the traced work returned is on the tape */
export function valueOf(recording: Recording, info: TensorInfo): Value {
  const known = recording.values.get(info.dataId)
  if (known && known.shape.join() === info.shape.join()) return known
  // Made before the recording, on whatever backend: a constant of the program. There, reshaped
  // tensors may share their data.
  const value = constant(tf.engine().readSync(info.dataId) as tf.TypedArray, info.shape, info.dtype)
  recording.values.set(info.dataId, value)
  return value
}

/** A tfjs backend that computes nothing: it knows constants, and shapes of all else. */
class TraceBackend extends tf.KernelBackend {
  recording: Recording | null = null
  readonly constants = new Map<DataId, tf.TypedArray>()

  override write(values: tf.TypedArray, shape: number[], dtype: tf.DataType): DataId {
    const id = {}
    this.move(id, values, shape, dtype)
    return id
  }

  override move(id: DataId, values: tf.TypedArray, shape: number[], dtype: tf.DataType): void {
    this.constants.set(id, values)
    this.recording?.values.set(id, constant(values, shape, dtype))
  }

  override readSync(id: DataId): tf.TypedArray {
    const values = this.constants.get(id)
    if (values) return values
    throw new UntraceableError(
      this.recording?.name ?? 'program',
      "reads a tensor's value back while it is being traced",
      'Return the tensor among the outputs, or run the program eagerly',
    )
  }

  override read(id: DataId): Promise<tf.TypedArray> {
    return Promise.resolve(this.readSync(id))
  }

  override disposeData(id: DataId): boolean {
    this.constants.delete(id) // a tape keeps what it needs
    return true
  }

  override numDataIds(): number {
    return this.constants.size
  }

  override refCount(): number {
    return 1
  }

  override incRef(): void {}

  override floatPrecision(): 16 | 32 {
    return 32
  }

  override epsilon(): number {
    return 1e-7
  }

  override timerAvailable(): boolean {
    return false
  }
}

function traceInstance(): TraceBackend {
  const found = tf.findBackend(traceBackend) as TraceBackend | null
  if (found) return found
  tf.registerBackend(traceBackend, () => new TraceBackend(), 0)
  const register = (kernelName: string, kernelFunc: tf.KernelFunc): void =>
    tf.registerKernel({ kernelName, backendName: traceBackend, kernelFunc })
  for (const [kernel, rule] of shapeRules) register(kernel, call => note(kernel, rule, call))
  for (const [kernel, make] of constantKernels)
    register(kernel, ({ attrs }) => written(make(attrs as Record<string, unknown>)))
  for (const { kernelName: kernel } of tf.getKernelsForBackend('cpu')) {
    if (!shapeRules.has(kernel) && !constantKernels.has(kernel))
      register(kernel, () => refuse(kernel))
  }
  return tf.findBackend(traceBackend) as TraceBackend
}

function written({ values, shape, dtype }: MadeConstant): TensorInfo {
  return { dataId: traceInstance().write(values, [...shape], dtype), shape: [...shape], dtype }
}

function note(
  kernel: string,
  rule: ShapeRule,
  call: { inputs: unknown; attrs?: unknown },
): TensorInfo[] | TensorInfo {
  const { recording } = traceInstance()
  if (!recording)
    throw new Error(`${kernel}: a tensor of a traced program was used after its tracing`)
  const { inputs, outputs, attributes = {} } = inferred(recording.name, kernel, rule, call)
  const values = outputs.map((output): Computed => ({ kind: 'computed', ...output }))
  recording.nodes.push({
    kernel,
    inputs: inputs.map(info => valueOf(recording, info)),
    attributes,
    outputs: values,
  })
  const infos = values.map(value => symbol(recording, value))
  return infos.length === 1 ? infos[0]! : infos
}

function inferred(
  program: string,
  kernel: string,
  rule: ShapeRule,
  { inputs, attrs }: { inputs: unknown; attrs?: unknown },
): Inference {
  try {
    return rule(inputs, attrs ?? {})
  } catch (error) {
    throw new UntraceableError(
      program,
      `the operation ${kernel} cannot be traced: ${error instanceof Error ? error.message : String(error)}`,
      'Write it with other operations, or run the program eagerly',
    )
  }
}

function symbol(recording: Recording, value: Value): TensorInfo {
  const dataId = {}
  recording.values.set(dataId, value)
  return { dataId, shape: [...value.shape], dtype: value.dtype }
}

function refuse(kernel: string): never {
  throw new UntraceableError(
    traceInstance().recording?.name ?? 'program',
    `uses the operation ${kernel}, which cannot be written into a graph`,
    'Write it with other operations, or run the program eagerly',
  )
}

function constant(values: tf.TypedArray, shape: readonly number[], dtype: string): Constant {
  const first = values[0]
  const uniform = first !== undefined && values.every(value => Object.is(value, first))
  return {
    kind: 'constant',
    shape: [...shape],
    dtype: dtype as ValueType,
    data: uniform ? first : values.slice(),
  }
}
