import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import type { Named } from '../../compile/program.js'
import { requireWeight, type Layers } from '../layers.js'
import type { AdapterShape } from './lora.js'

/**
 * A model's layers with an adapter beside them: y = x Wᵀ + s · drop(x) Aᵀ Bᵀ.
 *
 * | symbol      | shape       | meaning                                    |
 * | ----------- | ----------- | ------------------------------------------ |
 * | `x`         | [n, in]     | input of the layer                         |
 * | W           | [out, in]   | weight of the layer; its bias is in y, too |
 * | A, `lora_A` | [rank, in]  | first factor of the adapter                |
 * | B, `lora_B` | [out, rank] | second factor                              |
 * | `scale` s   | []          | α / rank, or α / √rank: see `adapterScale` |
 * | `low`       | [n, rank]   | drop(x) Aᵀ                                 |
 *
 * Source: Hu et al., "LoRA: low-rank adaptation of large language models", 2021, equation 3.
 *
 * @param weights include the adapter's
 * @param scale   scalar
 * @param drop    dropout of an adapter's input; the site is the layer's name
 */
export function loraLayers(
  plain: Layers,
  { layers }: AdapterShape,
  weights: Named<Tensor>,
  scale: Tensor,
  drop: Layers['drop'] = x => x,
): Layers {
  const adapted = new Set(layers)
  const corrected = (x: Tensor, y: Tensor, name: string): Tensor => {
    if (!adapted.has(name)) return y
    const low = tf.matMul(
      drop(x, `${name}.lora`),
      requireWeight(weights, `${name}.lora_A.weight`),
      false,
      true,
    )
    return tf.add(
      y,
      tf.mul(tf.matMul(low, requireWeight(weights, `${name}.lora_B.weight`), false, true), scale),
    )
  }
  return {
    ...plain,
    linear: (x, name) => corrected(x, plain.linear(x, name), name),
    linears: (x, names) => plain.linears(x, names).map((y, i) => corrected(x, y, names[i]!)),
  }
}
