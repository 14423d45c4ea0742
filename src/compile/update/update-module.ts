// Notation, of the module that is generated:
//   memory     vectors at offsets 0, stride, 2 · stride …, of which a call uses `bytes` each
//   locals     0: bytes   1 … n: the scalars, f32   n + 1: pointer, i32   then v128 values
//   run(bytes, ...scalars):  for pointer = 0, 16 … < bytes: load, compute, store four elements
import type { TapeNode, Value } from '../trace/tape.js'
import { simdKernels } from './simd-kernels.js'
import type { Update } from './split-updates.js'
import {
  BlockType,
  ExternalKind,
  FUNCTION_TYPE,
  Limits,
  Opcode,
  PAGE_BYTES,
  PREAMBLE,
  SectionId,
  SimdOpcode,
  ValueType,
  f32Const,
  localGet,
  localSet,
  localTee,
  nameBytes,
  section,
  simd,
  unsigned,
  v128Load,
  v128Store,
  withSize,
} from './webassembly.js'

/** An update's arithmetic: imports `host.memory`, exports `run(bytes, ...scalars)`. */
export interface UpdateModule {
  readonly binary: Uint8Array<ArrayBuffer>
  /** Bytes between two vectors in memory: vector i begins at i · stride. */
  readonly stride: number
  /** Vector index of each write's result; that of its old value if the update reads it. */
  readonly writeIndices: readonly number[]
}

/** Memory that an update works in. Small, so that it stays in the cache of a core. */
export const memoryBytes = 256 * 1024

/** Elements are computed four at a time. */
const VECTOR_BYTES = 16
const CACHE_LINE_BYTES = 64

/**
 * Equal arithmetic gives equal bytes at any names and lengths: most weights of a model share one
 * module.
 */
export function updateModule(update: Update): UpdateModule {
  const writeIndices = resultIndices(update)
  const count = Math.max(update.vectors.length, ...writeIndices.map(index => index + 1))
  const stride = Math.floor(memoryBytes / count / CACHE_LINE_BYTES) * CACHE_LINE_BYTES
  const parameters = [ValueType.i32, ...update.scalars.map(() => ValueType.f32)]
  const results = [0]
  const memoryLimits = [Limits.MINIMUM_ONLY, ...unsigned(memoryBytes / PAGE_BYTES)]
  const memoryImport = [
    ...nameBytes('host'),
    ...nameBytes('memory'),
    ExternalKind.MEMORY,
    ...memoryLimits,
  ]
  const code = functionCode(update, writeIndices, stride)
  const binary = [
    ...PREAMBLE,
    ...section(SectionId.TYPE, [1, FUNCTION_TYPE, ...withSize(parameters), ...results]),
    ...section(SectionId.IMPORT, [1, ...memoryImport]),
    ...section(SectionId.FUNCTION, [1, 0]),
    ...section(SectionId.EXPORT, [1, ...nameBytes('run'), ExternalKind.FUNCTION, 0]),
    ...section(SectionId.CODE, [1, ...withSize(code)]),
  ]
  return { binary: Uint8Array.from(binary), stride, writeIndices }
}

function resultIndices({ vectors, writes }: Update): number[] {
  let next = vectors.length
  return writes.map(([name]) => {
    const oldValue = vectors.findIndex(
      ([, source]) => source.from === 'state' && source.name === name,
    )
    return oldValue < 0 ? next++ : oldValue
  })
}

function functionCode(
  { vectors, scalars, nodes, writes }: Update,
  writeIndices: readonly number[],
  stride: number,
): number[] {
  const bytes = 0
  const pointer = 1 + scalars.length
  const locals = new VectorLocals(pointer + 1)
  scalars.forEach(([value], i) => locals.setScalar(value, 1 + i))

  const loopBody: number[] = []
  vectors.forEach(([value], i) =>
    loopBody.push(...localGet(pointer), ...v128Load(i * stride), ...localSet(locals.index(value))),
  )
  for (const node of nodes) loopBody.push(...nodeCode(node, locals))
  writes.forEach(([, value], i) =>
    loopBody.push(
      ...localGet(pointer),
      ...localGet(locals.index(value)),
      ...v128Store(writeIndices[i]! * stride),
    ),
  )
  const nextIteration = [
    ...localGet(pointer),
    Opcode.i32_const,
    VECTOR_BYTES,
    Opcode.i32_add,
    ...localTee(pointer),
    ...localGet(bytes),
    Opcode.i32_lt_u,
    Opcode.br_if,
    0,
  ]
  const declarations = [2, 1, ValueType.i32, ...unsigned(locals.count), ValueType.v128]
  return [
    ...declarations,
    ...locals.initialization,
    Opcode.loop,
    BlockType.EMPTY,
    ...loopBody,
    ...nextIteration,
    Opcode.end,
    Opcode.end,
  ]
}

function nodeCode(
  { kernel, inputs, attributes, outputs: [output] }: TapeNode,
  locals: VectorLocals,
): number[] {
  const steps = simdKernels.get(kernel)!(attributes, inputs.length)
  return [
    ...steps.flatMap(step => {
      if ('opcode' in step) return simd(step.opcode)
      return localGet(
        'input' in step ? locals.index(inputs[step.input]!) : locals.literal(step.number),
      )
    }),
    ...localSet(locals.index(output!)),
  ]
}

/** Indices of the v128 locals, which are numbered as they are first used. */
class VectorLocals {
  /** Sets the locals that are the same in every iteration. */
  readonly initialization: number[] = []
  readonly #indices = new Map<Value | number, number>()
  readonly #first: number

  constructor(first: number) {
    this.#first = first
  }

  get count(): number {
    return this.#indices.size
  }

  index(value: Value): number {
    return value.kind === 'constant' && typeof value.data === 'number'
      ? this.literal(value.data)
      : this.#allocate(value)
  }

  /** A number in all four lanes. */
  literal(value: number): number {
    if (!this.#indices.has(value)) this.#initialize(f32Const(value), value)
    return this.#allocate(value)
  }

  /** A parameter of the function in all four lanes. */
  setScalar(value: Value, parameter: number): void {
    this.#initialize(localGet(parameter), value)
  }

  #initialize(scalar: readonly number[], key: Value | number): void {
    this.initialization.push(
      ...scalar,
      ...simd(SimdOpcode.f32x4_splat),
      ...localSet(this.#allocate(key)),
    )
  }

  #allocate(key: Value | number): number {
    const index = this.#indices.get(key) ?? this.#first + this.#indices.size
    this.#indices.set(key, index)
    return index
  }
}
