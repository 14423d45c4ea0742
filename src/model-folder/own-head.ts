import { statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { SafetensorsHeader, TensorEntry } from './safetensors-header.js'
import { readTensors } from './safetensors.js'

/** A tensor and its file. */
export interface TensorPlace {
  readonly header: SafetensorsHeader
  readonly name: string
}

/** Answers by file: a model is opened several times in a run. */
const answers = new Map<string, boolean>()
const MAX_ANSWERS = 64

/**
 * Whether two tensors hold the same values. transformers ties the output projection to the
 * embedding, as config.json asks, only if both are in the files with the same values.
 *
 * Source: transformers 5, modeling_utils.py, `tie_weights`
 */
export async function haveSameValues(a: TensorPlace, b: TensorPlace): Promise<boolean> {
  const [first, second] = [entry(a), entry(b)]
  if (first.shape.join() !== second.shape.join()) return false
  const key = JSON.stringify([a, b].map(({ header, name }) => [name, stamp(header.path)]))
  const before = answers.get(key)
  if (before !== undefined) return before
  const answer =
    first.dtype === second.dtype ? await haveSameBytes(a, b) : await haveSameFloats(a, b)
  if (answers.size >= MAX_ANSWERS) answers.clear()
  answers.set(key, answer)
  return answer
}

/** Bytes of a piece. */
const PIECE = 2 ** 22

/** Reads both in pieces, up to the first that differs. */
async function haveSameBytes(a: TensorPlace, b: TensorPlace): Promise<boolean> {
  const files = [await open(a.header.path), await open(b.header.path)] as const
  const buffers = [Buffer.alloc(PIECE), Buffer.alloc(PIECE)] as const
  try {
    const bytes = entry(a).end - entry(a).start
    for (let offset = 0; offset < bytes; offset += PIECE) {
      const length = Math.min(PIECE, bytes - offset)
      await files[0].read(buffers[0], 0, length, entry(a).start + offset)
      await files[1].read(buffers[1], 0, length, entry(b).start + offset)
      if (buffers[0].compare(buffers[1], 0, length, 0, length) !== 0) return false
    }
    return true
  } finally {
    for (const file of files) await file.close()
  }
}

async function haveSameFloats(a: TensorPlace, b: TensorPlace): Promise<boolean> {
  const [first, second] = await Promise.all(
    [a, b].map(async ({ header, name }) => (await readTensors(header.path, [name]))[name]!.data),
  )
  return first!.every((value, i) => value === second![i])
}

function entry({ header, name }: TensorPlace): TensorEntry {
  return header.tensors.get(name)!
}

function stamp(path: string): readonly unknown[] {
  const { size, mtimeMs, ino } = statSync(path)
  return [path, size, mtimeMs, ino]
}
