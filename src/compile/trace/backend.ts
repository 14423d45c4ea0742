import * as tf from '@tensorflow/tfjs'
import type { DataId, TensorInfo } from '@tensorflow/tfjs'
import { UntraceableError } from './errors.js'
import { constantKernels } from './constants.js'
import type { ConstantTensor } from './constants.js'
import { shapeRules } from './rules/index.js'
import type { Inference, ShapeRule } from './rules/rule.js'
import type { Computed, Constant, Fed, TapeNode, Value, ValueType } from './tape.js'

const traceBackend = 'tune-trace'

/** @returns whether operations are being recorded instead of computed */
export function isTracing(): boolean {
  return tf.getBackend() === traceBackend
}

/** @returns whether a program is being traced for an engine with an operator for a custom kernel */
export function hasFusedKernel(kernel: string): boolean {
  return isTracing() && findOrCreateBackend().recording!.fused.has(kernel)
}

/** A recording in progress. A thread has at most one, as it has one tfjs engine. */
export interface Recording {
  /** Of the program, for messages. */
  readonly name: string
  /** Custom kernels that the engine has operators for, beyond those that every engine has. */
  readonly fused: ReadonlySet<string>
  readonly nodes: TapeNode[]
  readonly values: WeakMap<DataId, Value>
}

/**
 * Makes tfjs record the kernels that `work` calls instead of running them, and restores tfjs's
 * backend afterwards.
 *
 * @throws UntraceableError when the work calls a kernel without a rule, or reads a value
 */
export function record<T>(
  name: string,
  fused: ReadonlySet<string>,
  work: (recording: Recording) => T,
): T {
  const backend = findOrCreateBackend()
  if (backend.recording)
    throw new Error(`${name}: a program cannot be traced inside another program`)
  const previousBackend = tf.getBackend() as string | undefined
  const recording: Recording = { name, fused, nodes: [], values: new WeakMap() }
  backend.recording = recording
  void tf.setBackend(traceBackend)
  try {
    return work(recording)
  } finally {
    backend.recording = null
    void tf.setBackend(previousBackend ?? 'cpu')
  }
}

/** @returns a tensor of the recording that stands for a value fed from outside */
export function fedTensor(recording: Recording, fed: Fed): tf.Tensor {
  return tf.engine().makeTensorFromTensorInfo(symbolicTensor(recording, fed))
}

/** @returns the value on the tape of a tensor that the traced work returned */
export function tapeValue(recording: Recording, info: TensorInfo): Value {
  const existing = recording.values.get(info.dataId)
  if (existing && existing.shape.join() === info.shape.join()) return existing
  // Created before the recording, on another backend: a constant of the program. There, reshaped
  // tensors may share their data.
  const value = constant(tf.engine().readSync(info.dataId) as tf.TypedArray, info.shape, info.dtype)
  recording.values.set(info.dataId, value)
  return value
}

/** A tfjs backend that computes nothing: it has the values of constants, and shapes of all else. */
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
    this.constants.delete(id) // a tape has its own copy
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

function findOrCreateBackend(): TraceBackend {
  const existing = tf.findBackend(traceBackend) as TraceBackend | null
  if (existing) return existing
  tf.registerBackend(traceBackend, () => new TraceBackend(), 0)
  const register = (kernelName: string, kernelFunc: tf.KernelFunc): void =>
    tf.registerKernel({ kernelName, backendName: traceBackend, kernelFunc })
  for (const [kernel, rule] of shapeRules) register(kernel, call => recordCall(kernel, rule, call))
  for (const [kernel, create] of constantKernels)
    register(kernel, ({ attrs }) => constantInfo(create(attrs as Record<string, unknown>)))
  for (const { kernelName: kernel } of tf.getKernelsForBackend('cpu')) {
    if (!shapeRules.has(kernel) && !constantKernels.has(kernel))
      register(kernel, () => refuseKernel(kernel))
  }
  return tf.findBackend(traceBackend) as TraceBackend
}

function constantInfo({ values, shape, dtype }: ConstantTensor): TensorInfo {
  const dataId = findOrCreateBackend().write(values, [...shape], dtype)
  return { dataId, shape: [...shape], dtype }
}

function recordCall(
  kernel: string,
  rule: ShapeRule,
  call: { inputs: unknown; attrs?: unknown },
): TensorInfo[] | TensorInfo {
  const { recording } = findOrCreateBackend()
  if (!recording)
    throw new Error(`${kernel}: a tensor of a traced program was used after its tracing`)
  const { inputs, outputs, attributes = {} } = infer(recording.name, kernel, rule, call)
  const values = outputs.map((output): Computed => ({ kind: 'computed', ...output }))
  recording.nodes.push({
    kernel,
    inputs: inputs.map(info => tapeValue(recording, info)),
    attributes,
    outputs: values,
  })
  const infos = values.map(value => symbolicTensor(recording, value))
  return infos.length === 1 ? infos[0]! : infos
}

function infer(
  program: string,
  kernel: string,
  rule: ShapeRule,
  { inputs, attrs }: { inputs: unknown; attrs?: unknown },
): Inference {
  try {
    return rule(inputs, attrs ?? {})
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    throw new UntraceableError(
      program,
      `the operation ${kernel} cannot be traced: ${message}`,
      'Write it with other operations, or run the program eagerly',
    )
  }
}

function symbolicTensor(recording: Recording, value: Value): TensorInfo {
  const dataId = {}
  recording.values.set(dataId, value)
  return { dataId, shape: [...value.shape], dtype: value.dtype }
}

function refuseKernel(kernel: string): never {
  throw new UntraceableError(
    findOrCreateBackend().recording?.name ?? 'program',
    `uses the operation ${kernel}, which cannot be written into a graph`,
    'Write it with other operations, or run the program eagerly',
  )
}

function constant(values: tf.TypedArray, shape: readonly number[], dtype: string): Constant {
  const first = values[0]
  const isUniform = first !== undefined && values.every(value => Object.is(value, first))
  return {
    kind: 'constant',
    shape: [...shape],
    dtype: dtype as ValueType,
    data: isUniform ? first : values.slice(),
  }
}
