import type { HostTensor } from '../compile/program.js'
import { UserError } from '../errors.js'
import type { TensorEntry } from './safetensors-header.js'
import { scanTensors } from './safetensors.js'
import type { WeightFiles } from './weight-files.js'

/**
 * Reads the weights of a model once, without keeping them.
 *
 * @throws UserError naming the first tensor with a value that is NaN or infinite
 */
export async function checkFiniteWeights(files: WeightFiles): Promise<void> {
  for (const [path, weights] of files) {
    const names = new Set(weights.map(({ stored }) => stored))
    await scanTensors(path, names, ({ name, dtype, shape }, bytes, offset) => {
      const index = nonFiniteIndex(dtype, bytes)
      if (index >= 0) throw nonFinite(path, name, shape, offset / (dtype === 'F32' ? 4 : 2) + index)
      return true
    })
  }
}

/** @throws UserError as checkFiniteWeights, for one tensor that has been read */
export function requireFinite(path: string, name: string, { shape, data }: HostTensor): void {
  const words = new Uint32Array(data.buffer, data.byteOffset, data.length)
  const index = allOnes(words, FLOAT32_EXPONENT)
  if (index >= 0) throw nonFinite(path, name, shape, index)
}

const FLOAT32_EXPONENT = 0x7f800000
const FLOAT16_EXPONENT = 0x7c00
const BFLOAT16_EXPONENT = 0x7f80

function nonFiniteIndex(dtype: TensorEntry['dtype'], bytes: Uint8Array): number {
  const { buffer, byteOffset, byteLength } = bytes
  switch (dtype) {
    case 'F32':
      return allOnes(new Uint32Array(buffer, byteOffset, byteLength / 4), FLOAT32_EXPONENT)
    case 'F16':
      return allOnes(new Uint16Array(buffer, byteOffset, byteLength / 2), FLOAT16_EXPONENT)
    case 'BF16':
      return allOnes(new Uint16Array(buffer, byteOffset, byteLength / 2), BFLOAT16_EXPONENT)
    default:
      return -1
  }
}

/** The first word whose exponent is all ones, as that of NaN and infinity is; -1 if none is. */
function allOnes(words: Uint32Array | Uint16Array, exponent: number): number {
  for (let i = 0; i < words.length; i++) if ((words[i]! & exponent) === exponent) return i
  return -1
}

function nonFinite(path: string, name: string, shape: readonly number[], index: number): UserError {
  return new UserError(
    path,
    `${name} has a weight that is not a finite number (NaN or infinity), ` +
      `at [${position(index, shape)}]`,
    'Download the model again, or use an earlier checkpoint: a training that diverged leaves ' +
      'such weights',
  )
}

/** Indices of an element by its place in memory. */
function position(index: number, shape: readonly number[]): string {
  let rest = index
  return [...shape]
    .reverse()
    .map(extent => {
      const place = rest % extent
      rest = Math.floor(rest / extent)
      return place
    })
    .reverse()
    .join(', ')
}
