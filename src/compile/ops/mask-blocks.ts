import type { Tensor } from '@tensorflow/tfjs'
import { isTracing } from '../trace/backend.js'

/** A block of queries, and the range of keys that any of them attends to. */
export interface MaskBlock {
  readonly rowStart: number
  readonly rows: number
  readonly keyStart: number
  readonly keyEnd: number
}

/** Queries of a block: smaller blocks mean more products, too small to be worth their calls. */
const BLOCK_ROWS = 64

/** Below this a mask hides a key. */
const HIDDEN = -1e8

/**
 * Divides a mask that is constant during tracing into blocks. A mask that the program computes, and
 * one that hides no range of keys, is one block.
 *
 * @param mask T x S
 */
export function maskBlocks(mask: Tensor): readonly MaskBlock[] {
  const [T, S] = mask.shape as [number, number]
  const singleBlock = [{ rowStart: 0, rows: T, keyStart: 0, keyEnd: S }]
  const values = T > BLOCK_ROWS ? constantValues(mask) : null
  if (!values) return singleBlock
  const blocks: MaskBlock[] = []
  for (let rowStart = 0; rowStart < T; rowStart += BLOCK_ROWS) {
    const rows = Math.min(BLOCK_ROWS, T - rowStart)
    let [keyStart, keyEnd] = [S, 0]
    for (let i = rowStart * S; i < (rowStart + rows) * S; i++) {
      if (values[i]! < HIDDEN) continue
      keyStart = Math.min(keyStart, i % S)
      keyEnd = Math.max(keyEnd, (i % S) + 1)
    }
    // The softmax of a row whose keys are all hidden weighs all keys alike.
    if (keyEnd === 0 || hasHiddenRow(values, rowStart, rows, S)) return singleBlock
    blocks.push({ rowStart, rows, keyStart, keyEnd })
  }
  return blocks.every(({ keyStart, keyEnd }) => keyEnd - keyStart === S) ? singleBlock : blocks
}

/** @returns whether one of the rows attends to no key */
function hasHiddenRow(
  values: ArrayLike<number>,
  rowStart: number,
  rows: number,
  S: number,
): boolean {
  for (let row = rowStart; row < rowStart + rows; row++) {
    let attends = false
    for (let i = 0; i < S; i++) attends ||= values[row * S + i]! >= HIDDEN
    if (!attends) return true
  }
  return false
}

function constantValues(mask: Tensor): ArrayLike<number> | null {
  try {
    return isTracing() ? mask.dataSync() : null
  } catch {
    return null // computed by the program
  }
}
