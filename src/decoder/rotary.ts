import { unreachable } from '../errors.js'
import type { DecoderConfig, RopeScaling } from './config.js'

/**
 * Cosines and sines of rotary positions, [positions, headDim] each, both halves of a head alike:
 * the layout of Hugging Face checkpoints, where a head's dimension i is paired with i + headDim /
 * 2.
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
  const stretch = ropeScaling?.kind === 'yarn' ? ropeScaling.attentionFactor : 1
  for (let position = 0; position < positions; position++) {
    for (let i = 0; i < half; i++) {
      // transformers holds angles in float32
      const angle = Math.fround(position * frequencies[i]!)
      for (const at of [position * headDim + i, position * headDim + half + i]) {
        cos[at] = Math.cos(angle) * stretch
        sin[at] = Math.sin(angle) * stretch
      }
    }
  }
  return { cos, sin }
}

/** Radians a position, [headDim / 2], in float32 as transformers has them. */
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
      return plain.map(frequency => byWavelength(frequency, ropeScaling))
    case 'yarn': {
      const kept = yarnShares(headDim, ropeTheta, ropeScaling)
      return plain.map(
        (frequency, i) => frequency * kept[i]! + (frequency / ropeScaling.factor) * (1 - kept[i]!),
      )
    }
    default:
      return unreachable(ropeScaling)
  }
}

/**
 * Waves longer than the text that the model first knew are stretched, short ones kept, those
 * between in part.
 *
 * Source: transformers, modeling_rope_utils.py, `_compute_llama3_parameters`, from Meta's reference
 * code of Llama 3.1.
 */
function byWavelength(
  frequency: number,
  { factor, lowFrequency, highFrequency, originalPositions }: RopeScaling & { kind: 'llama3' },
): number {
  const waves = (originalPositions * frequency) / (2 * Math.PI)
  if (waves > highFrequency) return frequency
  if (waves < lowFrequency) return frequency / factor
  const kept = (waves - lowFrequency) / (highFrequency - lowFrequency)
  return (1 - kept) * (frequency / factor) + kept * frequency
}

/**
 * How much of each frequency is kept as it was; the rest is divided by the factor.
 *
 * Source: Peng et al., "YaRN: efficient context window extension of large language models", 2023,
 * section 3.2, with the bounds of transformers' `_compute_yarn_parameters`.
 */
function yarnShares(
  headDim: number,
  theta: number,
  { betaFast, betaSlow, originalPositions, truncate }: RopeScaling & { kind: 'yarn' },
): number[] {
  const dimensionOf = (turns: number): number =>
    (headDim * Math.log(originalPositions / (turns * 2 * Math.PI))) / (2 * Math.log(theta))
  const round = (bound: number, to: (x: number) => number): number => (truncate ? to(bound) : bound)
  const low = Math.max(0, round(dimensionOf(betaFast), Math.floor))
  const high = Math.min(headDim - 1, round(dimensionOf(betaSlow), Math.ceil))
  const width = low === high ? 0.001 : high - low
  return Array.from(
    { length: headDim / 2 },
    (_, i) => 1 - Math.min(1, Math.max(0, (i - low) / width)),
  )
}
