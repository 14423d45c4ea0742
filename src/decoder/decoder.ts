import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import type { Named } from '../compile/program.js'
import { unreachable } from '../errors.js'
import type { Attention } from './attention.js'
import type { DecoderConfig } from './config.js'
import { decodeGpt2 } from './gpt2.js'
import { plainLayers, requireWeight, type Layers } from './layers.js'
import { decodeLlama } from './llama.js'
import { EMBEDDING } from './weights.js'

/**
 * A decoder up to its last norm.
 *
 * @param weights by Hugging Face name
 * @param tokens  [batch, time] int32
 * @returns       [batch · time, width]
 */
export function decode(
  config: DecoderConfig,
  weights: Named<Tensor>,
  tokens: Tensor,
  attention: Attention,
  layers: Layers = plainLayers(config, weights),
): Tensor {
  switch (config.architecture) {
    case 'llama':
      return decodeLlama(config, weights, tokens, attention, layers)
    case 'gpt2':
      return decodeGpt2(config, weights, tokens, attention, layers)
    default:
      return unreachable(config.architecture)
  }
}

/** @param hidden [n, width] @returns logits [n, vocabulary] */
export function project(
  config: DecoderConfig,
  weights: Named<Tensor>,
  hidden: Tensor,
  layers: Layers = plainLayers(config, weights),
): Tensor {
  if (!config.tied) return layers.linear(hidden, 'lm_head')
  return tf.matMul(hidden, requireWeight(weights, EMBEDDING[config.architecture]), false, true)
}
