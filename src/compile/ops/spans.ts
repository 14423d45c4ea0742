import type { Tensor } from '@tensorflow/tfjs'
import { isTracing } from '../trace/backend.js'

/** A block of queries, and the keys that any of them sees. */
export interface Span {
  readonly rowStart: number
  readonly rows: number
  readonly keyStart: number
  readonly keyEnd: number
}

/** Queries of a block: fewer leave more products, too small to be worth their calls. */
const BLOCK = 64

/** Below this a mask lets nothing through. */
const HIDDEN = -1e8

/**
 * The blocks of a mask that is known while tracing; one that covers it all when it isn't, or when
 * nothing is to be left out.
 *
 * @param mask T x S
 */
export function spansOf(mask: Tensor): readonly Span[] {
  const [length, positions] = mask.shape as [number, number]
  const whole = [{ rowStart: 0, rows: length, keyStart: 0, keyEnd: positions }]
  const values = length > BLOCK ? valuesOf(mask) : null
  if (!values) return whole
  const spans: Span[] = []
  for (let rowStart = 0; rowStart < length; rowStart += BLOCK) {
    const rows = Math.min(BLOCK, length - rowStart)
    let [keyStart, keyEnd] = [positions, 0]
    for (let i = rowStart * positions; i < (rowStart + rows) * positions; i++) {
      if (values[i]! < HIDDEN) continue
      keyStart = Math.min(keyStart, i % positions)
      keyEnd = Math.max(keyEnd, (i % positions) + 1)
    }
    // A row that sees nothing looks at all keys alike
    if (keyEnd === 0 || seesNothing(values, rowStart, rows, positions)) return whole
    spans.push({ rowStart, rows, keyStart, keyEnd })
  }
  return spans.every(({ keyStart, keyEnd }) => keyEnd - keyStart === positions) ? whole : spans
}

function seesNothing(
  values: ArrayLike<number>,
  rowStart: number,
  rows: number,
  positions: number,
): boolean {
  for (let row = rowStart; row < rowStart + rows; row++) {
    let some = false
    for (let i = 0; i < positions; i++) some ||= values[row * positions + i]! >= HIDDEN
    if (!some) return true
  }
  return false
}

function valuesOf(mask: Tensor): ArrayLike<number> | null {
  try {
    return isTracing() ? mask.dataSync() : null
  } catch {
    return null // computed by the program
  }
}
