import type { Tensor } from '@tensorflow/tfjs'

/**
 * Positions and attention: all in which training and generation differ.
 *
 * | symbol      | shape                           | meaning                                    |
 * | ----------- | ------------------------------- | ------------------------------------------ |
 * | `queries` Q | [batch, time, heads, headDim]   | rotated by position                        |
 * | `keys` K    | [batch, time, kvHeads, headDim] | the same; a group of heads shares one      |
 * | `values` V  | [batch, time, kvHeads, headDim] |                                            |
 * | M           | [time, time]                    | 0 if a token attends to another, else −10⁹ |
 *
 * attend: softmax(Q Kᵀ / √headDim + M) V.
 *
 * Source: Vaswani et al., "Attention is all you need", 2017, equation 1; groups: Ainslie et al.,
 * "GQA", 2023.
 */
export interface Attention {
  /**
   * The rows of a table of learned positions, [maxPositions, width], at the tokens' positions.
   *
   * @returns [batch, time, width], or [1, time, width] where all rows are alike
   */
  positionRows(table: Tensor): Tensor
  /** Rotates queries or keys by their positions, [batch, time, any number of heads, headDim]. */
  rotate(x: Tensor): Tensor
  /**
   * @param queries [batch, time, heads, headDim]
   * @param keys    [batch, time, kvHeads, headDim]
   * @param values  [batch, time, kvHeads, headDim]
   * @returns       [batch · time, heads · headDim]
   */
  attend(layer: number, queries: Tensor, keys: Tensor, values: Tensor): Tensor
}
