import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import type { Named } from '../compile/program.js'
import type { DecoderConfig } from './config.js'

/** How a decoder multiplies by its weights, so that adapters and dropout can stand in between. */
export interface Layers {
  /**
   * @param x    [n, in]
   * @param name of the layer, `model.layers.0.self_attn.q_proj`
   * @returns    [n, out]
   */
  linear(x: Tensor, name: string): Tensor
  /** The same x through several layers. */
  linears(x: Tensor, names: readonly string[]): readonly Tensor[]
  /**
   * What is added to the residual stream, on its way there.
   *
   * @param x    [n, width]
   * @param site the module that x comes from: the embedding, or a layer's attention or MLP, by its
   *   Hugging Face name
   */
  drop(x: Tensor, site: string): Tensor
}

/** The model as it is: weights by their names, a bias where there is one, nothing dropped. */
export function plainLayers(config: DecoderConfig, weights: Named<Tensor>): Layers {
  const product = (x: Tensor, names: readonly string[]): readonly Tensor[] => {
    const matrices = names.map(name => requireWeight(weights, `${name}.weight`))
    const [rows, width] = x.shape as [number, number]
    // One wide product is faster than several, where the weights that it copies together are few
    // beside the activations
    if (matrices.length === 1 || rows < width || names.some(name => isInOut(config, name)))
      return matrices.map((matrix, i) => tf.matMul(x, matrix, false, !isInOut(config, names[i]!)))
    return tf.split(
      tf.matMul(x, tf.concat(matrices, 0), false, true),
      matrices.map(({ shape }) => shape[0]!),
      1,
    )
  }
  const linears: Layers['linears'] = (x, names) =>
    product(x, names).map((y, i) => {
      const bias = weights[`${names[i]!}.bias`]
      return bias ? tf.add(y, bias) : y
    })
  return { linears, linear: (x, name) => linears(x, [name])[0]!, drop: x => x }
}

/**
 * GPT-2 keeps its linear layers as [in, out], all but the output projection; the others are [out,
 * in].
 */
export function isInOut({ architecture }: DecoderConfig, name: string): boolean {
  return architecture === 'gpt2' && name !== 'lm_head'
}

export function requireWeight(weights: Named<Tensor>, name: string): Tensor {
  const tensor = weights[name]
  if (!tensor) throw new Error(`the model has no weight ${name}`)
  return tensor
}
