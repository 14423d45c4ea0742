import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { attention, embedding, rotary } from '../compile/ops/index.js'
import type { Named } from '../compile/program.js'
import type { DecoderConfig } from './config.js'
import type { Attention } from './attention.js'
import { decode, project } from './decoder.js'
import { plainLayers, type Layers } from './layers.js'
import { rotaryTables } from './rotary.js'

/**
 * Logits of complete sequences; each token attends to itself and those before it. Padding is at the
 * end, where no token that counts attends to it.
 *
 * @param tokens [batch, time] int32, ids
 * @param targetPositions [n] int32: which of the batch · time tokens are answered; all in order by
 *   default
 * @returns      [n, vocabulary]
 */
export function causalLogits(
  config: DecoderConfig,
  weights: Named<Tensor>,
  tokens: Tensor,
  layers: Layers = plainLayers(config, weights),
  targetPositions?: Tensor,
): Tensor {
  const hidden = decode(config, weights, tokens, causal(config, tokens.shape[1]!), layers)
  return project(
    config,
    weights,
    targetPositions ? embedding(hidden, targetPositions) : hidden,
    layers,
  )
}

function causal(config: DecoderConfig, time: number): Attention {
  const { headDim, width, window } = config
  const { cos, sin } = rotaryTables(config, time)
  const all = causalMask(time, Infinity)
  const near = window && window.size < time ? causalMask(time, window.size) : all
  const byHead = (x: Tensor): Tensor => x.transpose([0, 2, 1, 3])
  return {
    positionRows: table => table.slice([0, 0], [time, width]).expandDims(0),
    rotate: x =>
      byHead(
        rotary(byHead(x), tf.tensor2d(cos, [time, headDim]), tf.tensor2d(sin, [time, headDim])),
      ),
    attend(layer, queries, keys, values) {
      const mask = window?.layers.includes(layer) ? near : all
      const mixed = attention(byHead(queries), byHead(keys), byHead(values), mask, headDim ** -0.5)
      return byHead(mixed).reshape([-1, config.heads * headDim])
    },
  }
}

/**
 * [time, time]: 0 where a token sees another, itself and those before it as far as `reach`; −1e9
 * elsewhere.
 */
function causalMask(time: number, reach: number): Tensor {
  const visible = (from: number, to: number): boolean => to <= from && to > from - reach
  return tf.tensor2d(
    Float32Array.from({ length: time * time }, (_, i) =>
      visible(Math.floor(i / time), i % time) ? 0 : -1e9,
    ),
    [time, time],
  )
}
