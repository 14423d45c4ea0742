// The binary format of WebAssembly, as far as an update needs it:
// https://webassembly.github.io/spec/core/binary/index.html

/** `\0asm` and version 1. */
export const PREAMBLE = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00] as const
export const PAGE_BYTES = 65536

export const SectionId = { TYPE: 1, IMPORT: 2, FUNCTION: 3, EXPORT: 7, CODE: 10 } as const
export const ExternalKind = { FUNCTION: 0x00, MEMORY: 0x02 } as const
export const Limits = { MINIMUM_ONLY: 0x00 } as const
export const FUNCTION_TYPE = 0x60
export const ValueType = { i32: 0x7f, f32: 0x7d, v128: 0x7b } as const
export const BlockType = { EMPTY: 0x40 } as const

export const Opcode = {
  loop: 0x03,
  end: 0x0b,
  br_if: 0x0d,
  local_get: 0x20,
  local_set: 0x21,
  local_tee: 0x22,
  i32_const: 0x41,
  f32_const: 0x43,
  i32_lt_u: 0x49,
  i32_add: 0x6a,
  /** Prefix of vector instructions, whose own opcode follows. */
  simd: 0xfd,
} as const

/** Vector instructions, by their names with `.` as `_`. A v128 here has four lanes of float32. */
export const SimdOpcode = {
  v128_load: 0x00,
  v128_store: 0x0b,
  f32x4_splat: 0x13,
  f32x4_eq: 0x41,
  f32x4_ne: 0x42,
  f32x4_lt: 0x43,
  f32x4_gt: 0x44,
  f32x4_le: 0x45,
  f32x4_ge: 0x46,
  v128_not: 0x4d,
  v128_and: 0x4e,
  v128_or: 0x50,
  v128_bitselect: 0x52,
  f32x4_ceil: 0x67,
  f32x4_floor: 0x68,
  f32x4_nearest: 0x6a,
  f32x4_abs: 0xe0,
  f32x4_neg: 0xe1,
  f32x4_sqrt: 0xe3,
  f32x4_add: 0xe4,
  f32x4_sub: 0xe5,
  f32x4_mul: 0xe6,
  f32x4_div: 0xe7,
  f32x4_min: 0xe8,
  f32x4_max: 0xe9,
} as const

/** Alignment of memory accesses, as the exponent of 2: 16 bytes. */
const ALIGNMENT = 4

export function localGet(index: number): number[] {
  return [Opcode.local_get, ...unsigned(index)]
}

export function localSet(index: number): number[] {
  return [Opcode.local_set, ...unsigned(index)]
}

export function localTee(index: number): number[] {
  return [Opcode.local_tee, ...unsigned(index)]
}

export function f32Const(value: number): number[] {
  return [Opcode.f32_const, ...new Uint8Array(Float32Array.of(value).buffer)]
}

export function simd(opcode: number): number[] {
  return [Opcode.simd, ...unsigned(opcode)]
}

export function v128Load(offset: number): number[] {
  return [...simd(SimdOpcode.v128_load), ALIGNMENT, ...unsigned(offset)]
}

export function v128Store(offset: number): number[] {
  return [...simd(SimdOpcode.v128_store), ALIGNMENT, ...unsigned(offset)]
}

export function section(id: number, bytes: readonly number[]): number[] {
  return [id, ...withSize(bytes)]
}

/** A UTF-8 string of fewer than 128 bytes. */
export function nameBytes(text: string): number[] {
  return withSize([...Buffer.from(text)])
}

export function withSize(bytes: readonly number[]): number[] {
  return [...unsigned(bytes.length), ...bytes]
}

/** LEB128: seven bits a byte, lowest first. */
export function unsigned(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)]
}
