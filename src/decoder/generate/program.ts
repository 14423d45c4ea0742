import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { cachedAttention, tokenPositions, rotaryAt } from '../../compile/ops/index.js'
import type { Named, Program, TensorSpec } from '../../compile/program.js'
import type { DecoderConfig } from '../config.js'
import type { Attention } from '../attention.js'
import { decode, project } from '../decoder.js'
import { rotaryTables } from '../rotary.js'
import { SMALL_POSITIONS, smallConfig } from '../small.js'
import { weightSpecs } from '../weights.js'

export interface CacheShape {
  readonly rows: number
  /** Positions that the cache holds. */
  readonly positions: number
}

/** What a program reads into a cache. */
export interface Chunk {
  /** Tokens a row. */
  readonly length: number
  /** The cache holds nothing yet. */
  readonly first: boolean
}

/** What a program answers with: the likeliest token, or what each is likely to be. */
export type Answer = 'token' | 'logits'

/**
 * Keys and values of every layer, `keys/LAYER` and `values/LAYER`: [rows, kvHeads, positions,
 * headDim].
 */
export function cacheSpecs(
  config: DecoderConfig,
  { rows, positions }: CacheShape,
): Named<TensorSpec> {
  const spec: TensorSpec = {
    shape: [rows, config.kvHeads, positions, config.headDim],
    dtype: 'float32',
  }
  return Object.fromEntries(
    Array.from(
      { length: config.layers },
      (_, layer) =>
        [
          [`keys/${layer}`, spec],
          [`values/${layer}`, spec],
        ] as const,
    ).flat(),
  )
}

export function programName(
  { rows, positions }: CacheShape,
  { length, first }: Chunk,
  answer: Answer,
): string {
  return `decode ${first ? 'first ' : ''}${rows}x${length} of ${positions}, ${answer}`
}

/**
 * Reads a chunk of tokens of each row into the cache and computes the next token.
 *
 * Inputs: `tokens` [rows, length] int32, and, but for the first chunk, `at` [rows] int32, the
 * position of each row's first; the cache has room for all of them. Padding stands behind a row's
 * tokens: it is never seen, and the tokens that come later take its place. `last` [rows] int32,
 * where the chunk is longer than 1: which of the rows · length tokens is answered for each row.
 * Output: `token` [rows] int32, the first of the likeliest, or `logits` [rows, vocabulary].
 */
export function cachedProgram(
  config: DecoderConfig,
  shape: CacheShape,
  chunk: Chunk,
  answer: Answer = 'logits',
): Program {
  const { rows } = shape
  const { length, first } = chunk
  return {
    name: programName(shape, chunk, answer),
    state: { ...weightSpecs(config), ...cacheSpecs(config, shape) },
    inputs: {
      tokens: { shape: [rows, length], dtype: 'int32' },
      ...(first ? {} : { at: { shape: [rows], dtype: 'int32' } }),
      ...(length > 1 ? { last: { shape: [rows], dtype: 'int32' } } : {}),
    },
    ...(length === 1 ? { frozen: Object.keys(weightSpecs(config)) } : {}),
    body(state, { tokens, at, last }) {
      const next: Record<string, Tensor> = {}
      const hidden = decode(
        config,
        state,
        tokens!,
        attentionAt(config, shape, chunk, at ?? tf.zeros([rows], 'int32'), state, next),
      )
      const logits = project(config, state, last ? tf.gather(hidden, last as tf.Tensor1D) : hidden)
      return {
        outputs: answer === 'token' ? { token: tf.argMax(logits, 1) } : { logits },
        state: next,
      }
    },
    sample: () =>
      cachedProgram(
        smallConfig(config),
        { rows: 2, positions: SMALL_POSITIONS },
        { length: Math.min(3, length), first },
        answer,
      ),
  }
}

/**
 * @param at where each row's first token stands @param next receives the caches after this chunk
 */
function attentionAt(
  config: DecoderConfig,
  { rows, positions }: CacheShape,
  { length, first }: Chunk,
  at: Tensor,
  cache: Named<Tensor>,
  next: Record<string, Tensor>,
): Attention {
  const { heads, headDim, maxPositions, width, window } = config
  const { cos, sin } = rotaryTables(config, positions)
  return {
    // Padding may be behind the last position that the model has
    positionRows: table =>
      tf
        .gather(
          table,
          tf
            .minimum(tokenPositions(at, length), tf.scalar(maxPositions - 1, 'int32'))
            .reshape<tf.Tensor1D>([-1]),
        )
        .reshape([rows, length, width]),
    rotate: x =>
      rotaryAt(
        x,
        tf.tensor2d(cos, [positions, headDim]),
        tf.tensor2d(sin, [positions, headDim]),
        at,
      ),
    attend(layer, queries, keys, values) {
      const cached = { keys: cache[`keys/${layer}`]!, values: cache[`values/${layer}`]! }
      const reach = window?.layers.includes(layer) ? { window: window.size } : {}
      const { mixed, ...after } = cachedAttention(queries, keys, values, cached, at, {
        scale: headDim ** -0.5,
        empty: first,
        ...reach,
      })
      next[`keys/${layer}`] = after.keys
      next[`values/${layer}`] = after.values
      return mixed.reshape([-1, heads * headDim])
    },
  }
}
