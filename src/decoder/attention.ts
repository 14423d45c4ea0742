import type { Tensor } from '@tensorflow/tfjs'

/** Where tokens stand, and whom they may look at; training and decoding differ in nothing else. */
export interface Attention {
  /**
   * The rows of a table of positions, [maxPositions, width], where the tokens stand.
   *
   * @returns [batch, time, width], or [1, time, width] where all rows are alike
   */
  positionRows(table: Tensor): Tensor
  /** Turns queries or keys by where they stand, [batch, time, any number of heads, headDim]. */
  rotate(x: Tensor): Tensor
  /**
   * @param queries [batch, time, heads, headDim]
   * @param keys    [batch, time, kvHeads, headDim]
   * @param values  [batch, time, kvHeads, headDim]
   * @returns       [batch · time, heads · headDim]
   */
  attend(layer: number, queries: Tensor, keys: Tensor, values: Tensor): Tensor
}
