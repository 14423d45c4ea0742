import type { DecoderConfig } from './config.js'

/**
 * Cosines and sines of rotary positions, [positions, headDim] each, both halves of a head alike: the layout of
 * Hugging Face checkpoints, where a head's dimension i is paired with i + headDim / 2.
 *
 * Source: Su et al., "RoFormer: enhanced transformer with rotary position embedding", 2021, equation 15.
 */
export function rotaryTables({ headDim, ropeTheta }: DecoderConfig, positions: number): { cos: Float32Array; sin: Float32Array } {
  const cos = new Float32Array(positions * headDim)
  const sin = new Float32Array(positions * headDim)
  const half = headDim / 2
  for (let position = 0; position < positions; position++) {
    for (let i = 0; i < half; i++) {
      // transformers holds inverse frequencies and angles in float32
      const frequency = Math.fround(1 / Math.fround(ropeTheta ** ((2 * i) / headDim)))
      const angle = Math.fround(position * frequency)
      for (const at of [position * headDim + i, position * headDim + half + i]) {
        cos[at] = Math.cos(angle)
        sin[at] = Math.sin(angle)
      }
    }
  }
  return { cos, sin }
}
