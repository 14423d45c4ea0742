import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { attention } from '../../compile/ops/index.js'
import type { Named, Program, TensorSpec } from '../../compile/program.js'
import type { DecoderConfig } from '../model/config.js'
import { decode, project, type Attention } from '../model/decoder.js'
import { rotaryTables } from '../model/rotary.js'
import { SMALL_POSITIONS, smallOf } from '../model/small.js'
import { weightSpecs } from '../model/weights.js'

export interface CacheShape {
  readonly rows: number
  /** Positions that the cache holds. */
  readonly positions: number
}

/** Keys and values of every layer, `keys/LAYER` and `values/LAYER`: [rows, kvHeads, positions, headDim]. */
export function cacheSpecs(config: DecoderConfig, { rows, positions }: CacheShape): Named<TensorSpec> {
  const spec: TensorSpec = { shape: [rows, config.kvHeads, positions, config.headDim], dtype: 'float32' }
  return Object.fromEntries(Array.from({ length: config.layers }, (_, layer) => [[`keys/${layer}`, spec], [`values/${layer}`, spec]] as const).flat())
}

/**
 * Reads `chunk` tokens a row into the cache and says what comes next.
 *
 * Inputs: `tokens` and `at` [rows, chunk] int32, the tokens and their positions; a position equal to the cache's size
 * means padding, which is written nowhere. `last` [rows] int32: which of the rows · chunk tokens is answered for each row.
 * Output `logits` [rows, vocabulary].
 */
export function cachedProgram(config: DecoderConfig, shape: CacheShape, chunk: number): Program {
  const { rows, positions } = shape
  const cache = cacheSpecs(config, shape)
  return {
    name: `decode ${rows}x${chunk} of ${positions}`,
    state: { ...weightSpecs(config), ...cache },
    inputs: {
      tokens: { shape: [rows, chunk], dtype: 'int32' },
      at: { shape: [rows, chunk], dtype: 'int32' },
      last: { shape: [rows], dtype: 'int32' },
    },
    body(state, { tokens, at, last }) {
      const next: Record<string, Tensor> = {}
      const hidden = decode(config, state, tokens!, cachedAttention(config, shape, at!, state, next))
      const answered = tf.gather(hidden, last as tf.Tensor1D)
      return { outputs: { logits: project(config, state, answered) }, state: next }
    },
    sample: () => cachedProgram(smallOf(config), { rows: 2, positions: SMALL_POSITIONS }, Math.min(3, chunk)),
  }
}

/** @param next receives the caches after this chunk */
function cachedAttention(config: DecoderConfig, { rows, positions }: CacheShape, at: Tensor, cache: Named<Tensor>, next: Record<string, Tensor>): Attention {
  const { kvHeads, headDim, width, window } = config
  const chunk = at.shape[1]!
  const slots = Float32Array.from({ length: positions }, (_, i) => i)
  const place = tf.cast(at, 'float32')

  // 1 where a token of the chunk belongs in a slot, [rows, 1, positions, chunk]; and 0 in the slots it fills, [rows, 1, positions, 1]
  const distance = tf.abs(tf.sub(place.reshape([rows, 1, 1, chunk]), tf.tensor2d(slots, [positions, 1])))
  const into = tf.relu(tf.sub(1, distance))
  const kept = tf.sub(1, tf.sum(into, -1, true))
  // tfjs's matMul does not broadcast one head over several
  const spread = chunk > 1 ? tf.concat(Array.from({ length: kvHeads }, () => into), 1) : null
  // 0 for the slots a token may look at, −1e9 or less for those after it, [rows, 1, chunk, positions]
  const ahead = tf.sub(place.reshape([rows, 1, chunk, 1]), tf.tensor1d(slots))
  const hidden = tf.mul(tf.minimum(ahead, 0), 1e9)
  // The same for the slots that a window has left behind
  const near = window && window.size < positions ? tf.add(hidden, tf.mul(tf.minimum(tf.sub(window.size - 1, ahead), 0), 1e9)) : hidden
  const updated = (name: string, fresh: Tensor): Tensor => {
    next[name] = tf.add(tf.mul(cache[name]!, kept), spread ? tf.matMul(spread, fresh) : tf.mul(into, fresh))
    return next[name]
  }

  // One row more than the cache holds, for padding
  const { cos, sin } = rotaryTables(config, positions + 1)
  const turn = (table: Float32Array): Tensor =>
    tf.gather(tf.tensor2d(table, [positions + 1, headDim]), at.reshape<tf.Tensor1D>([-1])).reshape([rows, 1, chunk, headDim])
  return {
    cos: turn(cos),
    sin: turn(sin),
    placed: table => {
      const rowsOf = tf.concat([table.slice([0, 0], [positions, width]), tf.zeros([1, width])])
      return tf.gather(rowsOf, at.reshape<tf.Tensor1D>([-1])).reshape([rows, chunk, width])
    },
    attend: (layer, queries, keys, values) =>
      attention(queries, updated(`keys/${layer}`, keys), updated(`values/${layer}`, values), window?.layers.includes(layer) ? near : hidden, headDim ** -0.5),
  }
}
