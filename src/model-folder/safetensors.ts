import { open, type FileHandle } from 'node:fs/promises'
import type { HostTensor, Named } from '../compile/program.js'
import { UserError } from '../errors.js'
import { decodeBfloat16, decodeFloat16, encodeBfloat16, encodeFloat16 } from './half.js'
import { parseHeader, type SafetensorsHeader, type TensorEntry } from './safetensors-header.js'

/** How a file may keep what is float32 in memory. */
export type FloatType = 'F32' | 'F16' | 'BF16'

// The system calls take less than 2 GiB at once.
const CHUNK = 2 ** 30
/** Bytes of a piece: a multiple of every dtype's size, and large enough for the disk's speed. */
const PIECE = 2 ** 22

/**
 * Reads and checks the header of a safetensors file. @throws UserError where the file is missing,
 * cut off or lies
 */
export async function readHeader(path: string): Promise<SafetensorsHeader> {
  return withFile(path, file => parseHeader(path, file))
}

/**
 * Reads tensors: F32, F16 and BF16 as float32, I32 as int32.
 *
 * @param names all when left out
 * @throws UserError as readHeader, and for a name that isn't there or a dtype that isn't one of
 *   those
 */
export async function readTensors(
  path: string,
  names?: readonly string[],
): Promise<Record<string, HostTensor>> {
  return withFile(path, async file => {
    const { tensors } = await parseHeader(path, file)
    const read: [string, HostTensor][] = []
    for (const name of names ?? tensors.keys()) {
      const entry = tensors.get(name)
      if (!entry)
        throw new UserError(
          path,
          `has no tensor ${name}`,
          'Check that the file belongs to this model',
        )
      read.push([name, await readTensor(path, file, entry)])
    }
    return Object.fromEntries(read)
  })
}

/**
 * Writes tensors by name, and waits until they are on the disk: int32 as I32, float32 as F32 or as
 * `dtypes` says, rounded to the nearest. The file is not atomic by itself: write into a folder that
 * is renamed when it is complete.
 */
export async function writeSafetensors(
  path: string,
  tensors: Named<HostTensor>,
  metadata: Readonly<Record<string, string>> = {},
  dtypes: Named<FloatType> = {},
): Promise<void> {
  const sorted = Object.entries(tensors)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, tensor]): Written => ({
      name,
      ...tensor,
      stored: tensor.dtype === 'float32' ? (dtypes[name] ?? 'F32') : 'I32',
    }))
  const file = await open(path, 'w')
  try {
    await writeAll(file, encodeHeader(path, sorted, metadata))
    for (const { data, stored } of sorted) {
      const encoded = ENCODERS[stored](data as Float32Array)
      await writeAll(file, new Uint8Array(encoded.buffer, encoded.byteOffset, encoded.byteLength))
    }
    await file.sync()
  } finally {
    await file.close()
  }
}

/**
 * Reads tensors in pieces, in the order of their data: of a file that is larger than the memory.
 *
 * @param visit gets bytes of the tensor from `offset` on, valid until it returns; false ends the
 *   tensor
 * @throws UserError as readTensors
 */
export async function scanTensors(
  path: string,
  names: ReadonlySet<string>,
  visit: (entry: TensorEntry, bytes: Uint8Array, offset: number) => boolean,
): Promise<void> {
  await withFile(path, async file => {
    const { tensors } = await parseHeader(path, file)
    const buffer = new Uint8Array(PIECE)
    for (const entry of tensors.values()) {
      if (!names.has(entry.name)) continue
      const bytes = entry.end - entry.start
      for (let offset = 0; offset < bytes; offset += PIECE) {
        const piece = buffer.subarray(0, Math.min(PIECE, bytes - offset))
        await readInto(path, file, piece, entry.start + offset)
        if (!visit(entry, piece, offset)) break
      }
    }
  })
}

async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT')
      throw new UserError(path, 'there is no such file', 'Check the path')
    throw new UserError(
      path,
      `cannot be opened: ${error.message}`,
      'Check the path and its permissions',
    )
  })
  try {
    if (!(await file.stat()).isFile())
      throw new UserError(path, 'is not a file', 'Name a safetensors file')
    return await use(file)
  } finally {
    await file.close()
  }
}

async function readTensor(
  path: string,
  file: FileHandle,
  { name, dtype, shape, start, end }: TensorEntry,
): Promise<HostTensor> {
  const decode = DECODERS[dtype]
  if (!decode)
    throw new UserError(path, `tensor ${name} has dtype ${dtype}`, 'Convert it to F32, F16 or BF16')
  const bytes = new Uint8Array(end - start)
  await readInto(path, file, bytes, start)
  return { shape, ...decode(bytes.buffer) }
}

async function readInto(
  path: string,
  file: FileHandle,
  bytes: Uint8Array,
  start: number,
): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesRead } = await file.read(
      bytes,
      done,
      Math.min(bytes.length - done, CHUNK),
      start + done,
    )
    if (bytesRead === 0)
      throw new UserError(
        path,
        'became shorter while it was read',
        'Leave the file alone while it is in use',
      )
    done += bytesRead
  }
}

// Typed arrays read in the machine's order, which is little-endian wherever Node runs; so is the
// format.
const DECODERS: Partial<
  Record<TensorEntry['dtype'], (bytes: ArrayBuffer) => Pick<HostTensor, 'data' | 'dtype'>>
> = {
  F32: bytes => ({ dtype: 'float32', data: new Float32Array(bytes) }),
  F16: bytes => ({ dtype: 'float32', data: decodeFloat16(new Uint16Array(bytes)) }),
  BF16: bytes => ({ dtype: 'float32', data: decodeBfloat16(new Uint16Array(bytes)) }),
  I32: bytes => ({ dtype: 'int32', data: new Int32Array(bytes) }),
}

type Written = HostTensor & { readonly name: string; readonly stored: FloatType | 'I32' }

const ENCODERS: Readonly<Record<Written['stored'], (data: Float32Array) => ArrayBufferView>> = {
  F32: data => data,
  I32: data => data,
  F16: encodeFloat16,
  BF16: encodeBfloat16,
}
const BYTES: Readonly<Record<Written['stored'], number>> = { F32: 4, I32: 4, F16: 2, BF16: 2 }

function encodeHeader(
  path: string,
  sorted: readonly Written[],
  metadata: Readonly<Record<string, string>>,
): Uint8Array {
  let offset = 0
  const entries = sorted.map(({ name, shape, data, stored }): [string, unknown] => {
    const size = shape.reduce((product, extent) => product * extent, 1)
    if (data.length !== size)
      throw new Error(`${path}: tensor ${name} of shape [${shape}] has ${data.length} values`)
    const start = offset
    offset += data.length * BYTES[stored]
    return [name, { dtype: stored, shape, data_offsets: [start, offset] }]
  })
  const json = JSON.stringify(Object.fromEntries([['__metadata__', metadata], ...entries]))
  const text = Buffer.from(json)
  // Data begins at a multiple of 8, as Python's writer has it: then it can be mapped into memory
  const padded = Buffer.alloc(8 + Math.ceil(text.length / 8) * 8, ' ')
  padded.writeBigUInt64LE(BigInt(padded.length - 8))
  text.copy(padded, 8)
  return padded
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;)
    done += (await file.write(bytes, done, Math.min(bytes.length - done, CHUNK))).bytesWritten
}
