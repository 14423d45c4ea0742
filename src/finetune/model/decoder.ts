import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { embedding, rmsNorm, rotary, swiglu } from '../../compile/ops/index.js'
import type { Named } from '../../compile/program.js'
import type { DecoderConfig } from './config.js'
import { plainLayers, weightOf, type Layers } from './layers.js'

/** Where tokens stand, and whom they may look at; training and decoding differ in nothing else. */
export interface Attention {
  /** Cosines and sines, broadcastable to [batch, heads, time, headDim]. */
  readonly cos: Tensor
  readonly sin: Tensor
  /**
   * @param queries [batch, heads, time, headDim], rotated
   * @param keys    [batch, kvHeads, time, headDim], rotated
   * @param values  [batch, kvHeads, time, headDim]
   * @returns       [batch, heads, time, headDim]
   */
  attend(layer: number, queries: Tensor, keys: Tensor, values: Tensor): Tensor
}

/**
 * The Llama decoder up to its last norm.
 *
 * Source: Touvron et al., "LLaMA: open and efficient foundation language models", 2023; grouped queries: Ainslie et al., 2023.
 *
 * @param weights by Hugging Face name
 * @param tokens  [batch, time] int32
 * @returns       [batch · time, width]
 */
export function decode(
  config: DecoderConfig, weights: Named<Tensor>, tokens: Tensor, attention: Attention, layers: Layers = plainLayers(config, weights),
): Tensor {
  const [batch, time] = tokens.shape as [number, number]
  const { heads, kvHeads, headDim, normEpsilon } = config
  const split = (x: Tensor, count: number): Tensor => x.reshape([batch, time, count, headDim]).transpose([0, 2, 1, 3])
  const rotated = (x: Tensor): Tensor => rotary(x, attention.cos, attention.sin)

  let x = layers.drop(embedding(weightOf(weights, 'model.embed_tokens.weight'), tokens.reshape([-1])), 'model.embed_tokens')
  for (let layer = 0; layer < config.layers; layer++) {
    const at = `model.layers.${layer}`
    const norm = (name: string, x: Tensor): Tensor => rmsNorm(x, weightOf(weights, `${at}.${name}.weight`), normEpsilon)
    const linear = (x: Tensor, name: string): Tensor => layers.linear(x, `${at}.${name}`)

    const h = norm('input_layernorm', x)
    const queries = rotated(split(linear(h, 'self_attn.q_proj'), heads))
    const keys = rotated(split(linear(h, 'self_attn.k_proj'), kvHeads))
    const values = split(linear(h, 'self_attn.v_proj'), kvHeads)
    const mixed = attention.attend(layer, queries, keys, values).transpose([0, 2, 1, 3]).reshape([batch * time, heads * headDim])
    x = tf.add(x, layers.drop(linear(mixed, 'self_attn.o_proj'), `${at}.self_attn`))

    const g = norm('post_attention_layernorm', x)
    const inner = swiglu(linear(g, 'mlp.gate_proj'), linear(g, 'mlp.up_proj'))
    x = tf.add(x, layers.drop(linear(inner, 'mlp.down_proj'), `${at}.mlp`))
  }
  return rmsNorm(x, weightOf(weights, 'model.norm.weight'), normEpsilon)
}

/** @param hidden [n, width] @returns logits [n, vocabulary] */
export function project(config: DecoderConfig, weights: Named<Tensor>, hidden: Tensor, layers: Layers = plainLayers(config, weights)): Tensor {
  if (!config.tied) return layers.linear(hidden, 'lm_head')
  return tf.matMul(hidden, weightOf(weights, 'model.embed_tokens.weight'), false, true)
}
