import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { embedding, gelu, layerNorm } from '../compile/ops/index.js'
import type { Named } from '../compile/program.js'
import type { DecoderConfig } from './config.js'
import type { Attention } from './attention.js'
import { requireWeight, type Layers } from './layers.js'

/**
 * The decoder of GPT-2, as `decode`.
 *
 * Source: Radford et al., "Language models are unsupervised multitask learners", 2019.
 */
export function decodeGpt2(
  config: DecoderConfig,
  weights: Named<Tensor>,
  tokens: Tensor,
  attention: Attention,
  layers: Layers,
): Tensor {
  const [batch, time] = tokens.shape as [number, number]
  const { heads, headDim, width } = config
  const norm = (x: Tensor, name: string): Tensor =>
    layerNorm(
      x,
      requireWeight(weights, `transformer.${name}.weight`),
      requireWeight(weights, `transformer.${name}.bias`),
      config.normEpsilon,
    )

  const words = embedding(
    requireWeight(weights, 'transformer.wte.weight'),
    tokens.reshape([-1]),
  ).reshape([batch, time, width])
  const placed = tf
    .add(words, attention.positionRows(requireWeight(weights, 'transformer.wpe.weight')))
    .reshape([batch * time, width])
  let x = layers.drop(placed, 'transformer.wte')
  for (let layer = 0; layer < config.layers; layer++) {
    const at = `transformer.h.${layer}`
    const linear = (x: Tensor, name: string): Tensor => layers.linear(x, `${at}.${name}`)

    const fused = linear(norm(x, `h.${layer}.ln_1`), 'attn.c_attn')
    const [queries, keys, values] = tf
      .split(fused, 3, 1)
      .map(part => part.reshape([batch, time, heads, headDim])) as [Tensor, Tensor, Tensor]
    const mixed = attention.attend(layer, queries, keys, values)
    x = tf.add(x, layers.drop(linear(mixed, 'attn.c_proj'), `${at}.attn`))

    const inner = gelu(linear(norm(x, `h.${layer}.ln_2`), 'mlp.c_fc'))
    x = tf.add(x, layers.drop(linear(inner, 'mlp.c_proj'), `${at}.mlp`))
  }
  return norm(x, 'ln_f')
}
