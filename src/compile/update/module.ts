import type { Value } from '../trace/tape.js'
import { lanes } from './lanes.js'
import type { Update } from './split.js'

/**
 * An update's arithmetic as a WebAssembly module: imports `host.memory`, exports `run(bytes,
 * ...scalars)`.
 */
export interface UpdateModule {
  readonly binary: Uint8Array<ArrayBuffer>
  /**
   * Bytes between two tensors' places in memory: the i-th vector lies at i · stride, and so do the
   * writes.
   */
  readonly stride: number
  /**
   * Index of the place where each write's result is found; that of its old value where the update
   * reads it.
   */
  readonly places: readonly number[]
}

/** Memory that an update works in. Small, so that it stays in the cache of a core. */
export const memoryBytes = 256 * 1024

const [i32, f32, vector] = [0x7f, 0x7d, 0x7b]
const magic = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00]

/**
 * Equal arithmetic gives equal bytes, whatever the names and the lengths: most weights of a model
 * share one module.
 */
export function updateModule(update: Update): UpdateModule {
  const places = placesOf(update)
  const count = Math.max(update.vectors.length, ...places.map(place => place + 1))
  const stride = Math.floor(memoryBytes / count / 64) * 64
  const section = (id: number, bytes: readonly number[]): number[] => [
    id,
    ...unsigned(bytes.length),
    ...bytes,
  ]
  const name = (text: string): number[] => [text.length, ...Buffer.from(text)]
  const binary = [
    ...magic,
    ...section(1, [
      1,
      0x60,
      ...unsigned(1 + update.scalars.length),
      i32,
      ...update.scalars.map(() => f32),
      0,
    ]),
    ...section(2, [
      1,
      ...name('host'),
      ...name('memory'),
      0x02,
      0x00,
      ...unsigned(memoryBytes / 65536),
    ]),
    ...section(3, [1, 0]),
    ...section(7, [1, ...name('run'), 0x00, 0]),
    ...section(10, [1, ...sized(body(update, places, stride))]),
  ]
  return { binary: Uint8Array.from(binary), stride, places }
}

function placesOf({ vectors, writes }: Update): number[] {
  let next = vectors.length
  return writes.map(([name]) => {
    const old = vectors.findIndex(([, { from, name: read }]) => from === 'state' && read === name)
    return old < 0 ? next++ : old
  })
}

/** A loop over 16 bytes of every tensor: loads, the kernels in order, then the stores. */
function body(
  { vectors, scalars, nodes, writes }: Update,
  places: readonly number[],
  stride: number,
): number[] {
  const pointer = 1 + scalars.length
  const locals = new Map<Value | number, number>()
  const local = (key: Value | number): number => {
    if (!locals.has(key)) locals.set(key, pointer + 1 + locals.size)
    return locals.get(key)!
  }
  const before: number[] = []
  const literal = (value: number): number => {
    if (!locals.has(value))
      before.push(0x43, ...floatBytes(value), ...simd(0x13), ...set(local(value)))
    return local(value)
  }
  const localOf = (value: Value): number =>
    value.kind === 'constant' && typeof value.data === 'number' ? literal(value.data) : local(value)

  scalars.forEach(([value], i) => before.push(...get(1 + i), ...simd(0x13), ...set(local(value))))
  const loop: number[] = []
  vectors.forEach(([value], i) =>
    loop.push(...get(pointer), ...simd(0x00), 4, ...unsigned(i * stride), ...set(local(value))),
  )
  for (const { kernel, inputs, attributes, outputs } of nodes) {
    for (const step of lanes.get(kernel)!(attributes, inputs.length)) {
      if ('opcode' in step) loop.push(...simd(step.opcode))
      else loop.push(...get('input' in step ? localOf(inputs[step.input]!) : literal(step.number)))
    }
    loop.push(...set(local(outputs[0]!)))
  }
  writes.forEach(([, value], i) =>
    loop.push(
      ...get(pointer),
      ...get(localOf(value)),
      ...simd(0x0b),
      4,
      ...unsigned(places[i]! * stride),
    ),
  )

  const onwards = [
    ...get(pointer),
    0x41,
    16,
    0x6a,
    0x22,
    ...unsigned(pointer),
    ...get(0),
    0x49,
    0x0d,
    0,
  ] // pointer += 16, again while pointer < bytes
  const declared = [2, 1, i32, ...unsigned(locals.size), vector]
  return [...declared, ...before, 0x03, 0x40, ...loop, ...onwards, 0x0b, 0x0b]
}

function get(index: number): number[] {
  return [0x20, ...unsigned(index)]
}

function set(index: number): number[] {
  return [0x21, ...unsigned(index)]
}

function simd(opcode: number): number[] {
  return [0xfd, ...unsigned(opcode)]
}

function sized(bytes: readonly number[]): number[] {
  return [...unsigned(bytes.length), ...bytes]
}

function floatBytes(value: number): Uint8Array {
  return new Uint8Array(Float32Array.of(value).buffer)
}

/** LEB128: seven bits a byte, lowest first. */
function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)]
}
