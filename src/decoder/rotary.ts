import { unreachable } from '../errors.js'
import type { DecoderConfig, RopeScaling } from './config.js'

/**
 * Rotary position embedding.
 *
 * | symbol          | shape          | meaning                                       |
 * | --------------- | -------------- | --------------------------------------------- |
 * | `headDim` d     |                | dimensions of a head                          |
 * | `ropeTheta` θ   |                | base of the frequencies                       |
 * | `frequencies` ω | [d / 2]        | radians a position: ωᵢ = θ^(−2i / d)          |
 * | `position` p    |                | of a token, from 0                            |
 * | `cos`, `sin`    | [positions, d] | of p ωᵢ, at dimensions i and i + d / 2 alike  |
 * | `factor` s      |                | how many times more positions than trained on |
 * | `share` γ       | [d / 2]        | how much of ωᵢ is not divided by s            |
 *
 * Dimensions i and i + d / 2 of a head are a pair, as in Hugging Face checkpoints. The pair (x, y)
 * is rotated by p ωᵢ: (x cos − y sin, y cos + x sin).
 *
 * Source: Su et al., "RoFormer: enhanced transformer with rotary position embedding", 2021,
 * equation 15.
 */
export function rotaryTables(
  config: DecoderConfig,
  positions: number,
): { cos: Float32Array; sin: Float32Array } {
  const { headDim, ropeScaling } = config
  const cos = new Float32Array(positions * headDim)
  const sin = new Float32Array(positions * headDim)
  const half = headDim / 2
  const frequencies = rotaryFrequencies(config)
  const attentionFactor = ropeScaling?.kind === 'yarn' ? ropeScaling.attentionFactor : 1
  for (let position = 0; position < positions; position++) {
    for (let i = 0; i < half; i++) {
      // transformers has angles in float32
      const angle = Math.fround(position * frequencies[i]!)
      for (const at of [position * headDim + i, position * headDim + half + i]) {
        cos[at] = Math.cos(angle) * attentionFactor
        sin[at] = Math.sin(angle) * attentionFactor
      }
    }
  }
  return { cos, sin }
}

/** @returns ω, [d / 2], in float32 as transformers has them */
function rotaryFrequencies({ headDim, ropeTheta, ropeScaling }: DecoderConfig): Float32Array {
  const plain = Float32Array.from(
    { length: headDim / 2 },
    (_, i) => 1 / Math.fround(ropeTheta ** ((2 * i) / headDim)),
  )
  if (!ropeScaling) return plain
  switch (ropeScaling.kind) {
    case 'linear':
      return plain.map(frequency => frequency / ropeScaling.factor)
    case 'llama3':
      return plain.map(frequency => llama3Frequency(frequency, ropeScaling))
    case 'yarn': {
      const share = yarnShares(headDim, ropeTheta, ropeScaling)
      return plain.map(
        (frequency, i) =>
          frequency * share[i]! + (frequency / ropeScaling.factor) * (1 - share[i]!),
      )
    }
    default:
      return unreachable(ropeScaling)
  }
}

/**
 * Frequencies with few rotations over the positions that the model was first trained on are divided
 * by the factor, those with many stay, those between are mixed.
 *
 * Source: transformers, modeling_rope_utils.py, `_compute_llama3_parameters`, from Meta's reference
 * code of Llama 3.1.
 */
function llama3Frequency(
  frequency: number,
  { factor, lowFrequency, highFrequency, originalPositions }: RopeScaling & { kind: 'llama3' },
): number {
  const rotations = (originalPositions * frequency) / (2 * Math.PI)
  if (rotations > highFrequency) return frequency
  if (rotations < lowFrequency) return frequency / factor
  const share = (rotations - lowFrequency) / (highFrequency - lowFrequency)
  return (1 - share) * (frequency / factor) + share * frequency
}

/**
 * γ of each pair of dimensions: 1 below `low`, 0 above `high`, linear between.
 *
 * Source: Peng et al., "YaRN: efficient context window extension of large language models", 2023,
 * section 3.2, with the bounds of transformers' `_compute_yarn_parameters`.
 */
function yarnShares(
  headDim: number,
  theta: number,
  { betaFast, betaSlow, originalPositions, truncate }: RopeScaling & { kind: 'yarn' },
): number[] {
  // The index i of the pair that makes so many rotations over the original positions
  const pairIndex = (rotations: number): number =>
    (headDim * Math.log(originalPositions / (rotations * 2 * Math.PI))) / (2 * Math.log(theta))
  const round = (bound: number, to: (x: number) => number): number => (truncate ? to(bound) : bound)
  const low = Math.max(0, round(pairIndex(betaFast), Math.floor))
  const high = Math.min(headDim - 1, round(pairIndex(betaSlow), Math.ceil))
  const width = low === high ? 0.001 : high - low
  return Array.from(
    { length: headDim / 2 },
    (_, i) => 1 - Math.min(1, Math.max(0, (i - low) / width)),
  )
}
