import type { DecoderConfig } from './config.js'
import { optional } from '../util/optional.js'

/** Positions that a small model has, and its caches. */
export const SMALL_POSITIONS = 12

/**
 * A model with every peculiarity of this one, small enough to be run in plain JavaScript: an engine
 * is checked with it before it is trusted with the real one. Groups of heads, norms, biases and
 * kinds of layers stay; sizes don't.
 */
export function smallConfig(config: DecoderConfig): DecoderConfig {
  const { heads, kvHeads, headDim, width, layers, withoutRope, window } = config
  // Layers of several kinds come in turn, four at most.
  const fewer = Math.min(layers, withoutRope || window ? 4 : 2)
  const group = Math.min(2, heads / kvHeads)
  const groups = Math.min(2, kvHeads)
  const dim = Math.min(8, headDim)
  return {
    ...config,
    layers: fewer,
    heads: group * groups,
    kvHeads: groups,
    headDim: dim,
    // In most models as wide as the heads together; not in all.
    width: group * groups * dim + (width === heads * headDim ? 0 : 4),
    ffnWidth: 20,
    vocabulary: 23,
    maxPositions: SMALL_POSITIONS,
    ...optional({
      withoutRope: withoutRope?.filter(layer => layer < fewer),
      window: window && {
        size: Math.min(5, window.size),
        layers: window.layers.filter(layer => layer < fewer),
      },
    }),
  }
}
