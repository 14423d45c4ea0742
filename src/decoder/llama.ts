import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { embedding, rmsNorm, swiglu } from '../compile/ops/index.js'
import type { Named } from '../compile/program.js'
import type { DecoderConfig } from './config.js'
import type { Attention } from './attention.js'
import { requireWeight, type Layers } from './layers.js'

/**
 * The decoder of Llama, Mistral, Qwen and SmolLM, as `decode`.
 *
 * Source: Touvron et al., "LLaMA: open and efficient foundation language models", 2023; grouped
 * queries: Ainslie et al., 2023; norms of queries and keys: Qwen Team, "Qwen3 technical report",
 * 2025.
 */
export function decodeLlama(
  config: DecoderConfig,
  weights: Named<Tensor>,
  tokens: Tensor,
  attention: Attention,
  layers: Layers,
): Tensor {
  const [batch, time] = tokens.shape as [number, number]
  const { heads, kvHeads, headDim, normEpsilon, headNorm = false, withoutRope = [] } = config
  const split = (x: Tensor, count: number): Tensor => x.reshape([batch, time, count, headDim])

  let x = layers.drop(
    embedding(requireWeight(weights, 'model.embed_tokens.weight'), tokens.reshape([-1])),
    'model.embed_tokens',
  )
  for (let layer = 0; layer < config.layers; layer++) {
    const at = `model.layers.${layer}`
    const norm = (x: Tensor, name: string): Tensor =>
      rmsNorm(x, requireWeight(weights, `${at}.${name}.weight`), normEpsilon)
    const linear = (x: Tensor, name: string): Tensor => layers.linear(x, `${at}.${name}`)
    const placed = (x: Tensor, name: string): Tensor => {
      const normed = headNorm ? norm(x, name) : x
      return withoutRope.includes(layer) ? normed : attention.rotate(normed)
    }

    const h = norm(x, 'input_layernorm')
    const [q, k, v] = layers.linears(
      h,
      ['q', 'k', 'v'].map(each => `${at}.self_attn.${each}_proj`),
    ) as [Tensor, Tensor, Tensor]
    const queries = placed(split(q, heads), 'self_attn.q_norm')
    const keys = placed(split(k, kvHeads), 'self_attn.k_norm')
    const values = split(v, kvHeads)
    const mixed = attention.attend(layer, queries, keys, values)
    x = tf.add(x, layers.drop(linear(mixed, 'self_attn.o_proj'), `${at}.self_attn`))

    const g = norm(x, 'post_attention_layernorm')
    const inner = swiglu(linear(g, 'mlp.gate_proj'), linear(g, 'mlp.up_proj'))
    x = tf.add(x, layers.drop(linear(inner, 'mlp.down_proj'), `${at}.mlp`))
  }
  return rmsNorm(x, requireWeight(weights, 'model.norm.weight'), normEpsilon)
}
