/** What a decoder of the Llama family needs to know of its config.json, in the house's names. */
export interface DecoderConfig {
  readonly architecture: 'llama'
  /** `hidden_size`. */
  readonly width: number
  readonly layers: number
  readonly heads: number
  readonly kvHeads: number
  readonly headDim: number
  /** `intermediate_size`. */
  readonly ffnWidth: number
  readonly vocabulary: number
  /** `max_position_embeddings`. */
  readonly maxPositions: number
  readonly ropeTheta: number
  readonly normEpsilon: number
  /** The output projection is the embedding, transposed. */
  readonly tied: boolean
}
