import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { embedding, rmsNorm, rotary, swiglu } from '../../compile/ops/index.js'
import type { Named } from '../../compile/program.js'
import type { DecoderConfig } from './config.js'

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
export function decode(config: DecoderConfig, weights: Named<Tensor>, tokens: Tensor, attention: Attention): Tensor {
  const [batch, time] = tokens.shape as [number, number]
  const { heads, kvHeads, headDim, normEpsilon } = config
  const split = (x: Tensor, count: number): Tensor => x.reshape([batch, time, count, headDim]).transpose([0, 2, 1, 3])
  const rotated = (x: Tensor): Tensor => rotary(x, attention.cos, attention.sin)

  let x = embedding(weight(weights, 'model.embed_tokens.weight'), tokens.reshape([-1]))
  for (let layer = 0; layer < config.layers; layer++) {
    const at = (name: string): Tensor => weight(weights, `model.layers.${layer}.${name}.weight`)
    const h = rmsNorm(x, at('input_layernorm'), normEpsilon)
    const queries = rotated(split(linear(h, at('self_attn.q_proj')), heads))
    const keys = rotated(split(linear(h, at('self_attn.k_proj')), kvHeads))
    const values = split(linear(h, at('self_attn.v_proj')), kvHeads)
    const mixed = attention.attend(layer, queries, keys, values).transpose([0, 2, 1, 3]).reshape([batch * time, heads * headDim])
    x = tf.add(x, linear(mixed, at('self_attn.o_proj')))
    const g = rmsNorm(x, at('post_attention_layernorm'), normEpsilon)
    x = tf.add(x, linear(swiglu(linear(g, at('mlp.gate_proj')), linear(g, at('mlp.up_proj'))), at('mlp.down_proj')))
  }
  return rmsNorm(x, weight(weights, 'model.norm.weight'), normEpsilon)
}

/** @param hidden [n, width] @returns logits [n, vocabulary] */
export function project(config: DecoderConfig, weights: Named<Tensor>, hidden: Tensor): Tensor {
  return linear(hidden, weight(weights, config.tied ? 'model.embed_tokens.weight' : 'lm_head.weight'))
}

/** @param x [n, in] @param w [out, in] @returns [n, out] */
function linear(x: Tensor, w: Tensor): Tensor {
  return tf.matMul(x, w, false, true)
}

function weight(weights: Named<Tensor>, name: string): Tensor {
  const tensor = weights[name]
  if (!tensor) throw new Error(`the model has no weight ${name}`)
  return tensor
}
