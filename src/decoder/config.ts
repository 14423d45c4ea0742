/**
 * The fields of config.json that a decoder is made from, by our names. Those that may be
 * absent are where families differ from a plain Llama.
 */
export interface DecoderConfig {
  /**
   * `llama`: RMS norms, rotary positions, gated MLP, [out, in] weights. `gpt2`: layer norms,
   * learned positions, [in, out] weights.
   */
  readonly architecture: 'llama' | 'gpt2'
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
  readonly ropeScaling?: RopeScaling
  /** Layers without rotary positions: every fourth of SmolLM3. */
  readonly withoutRope?: readonly number[]
  readonly normEpsilon: number
  /** An RMS norm over each head's queries and keys: Qwen3. */
  readonly headNorm?: boolean
  /** Linear layers with a bias: Qwen2's `q_proj`, `k_proj`, `v_proj`. */
  readonly biased?: readonly LinearName[]
  /** A token sees itself and the `size` − 1 tokens before it, in those layers. */
  readonly window?: { readonly size: number; readonly layers: readonly number[] }
  /** The output projection is the embedding, transposed. */
  readonly tied: boolean
}

export type LinearName =
  'q_proj' | 'k_proj' | 'v_proj' | 'o_proj' | 'gate_proj' | 'up_proj' | 'down_proj'

/**
 * How rotary frequencies are stretched to more positions than a model was first made for; fields as
 * in config.json.
 */
export type RopeScaling =
  | { readonly kind: 'linear'; readonly factor: number }
  | {
      readonly kind: 'llama3'
      readonly factor: number
      readonly lowFrequency: number
      readonly highFrequency: number
      readonly originalPositions: number
    }
  | {
      readonly kind: 'yarn'
      readonly factor: number
      readonly betaFast: number
      readonly betaSlow: number
      readonly originalPositions: number
      readonly attentionFactor: number
      readonly truncate: boolean
    }
