import type { TrainingSpec } from '../../record/study.js'
import type { Choice } from '../../space/parameter.js'

/**
 * What a fine-tuning uses for a parameter when nothing is searched and study.yaml says nothing: a
 * learning rate that fine-tunings of all weights and of adapters have in common (Dettmers et al.,
 * "QLoRA", NeurIPS 2023, appendix B.2); batch size and epochs of transformers' TrainingArguments;
 * the optimizer's own momentum.
 */
const BUILT_IN = {
  learningRate: 2e-4,
  batchSize: 8,
  epochs: 3,
  momentum: 0.9,
  warmupRatio: 0,
  dropout: 0,
  labelSmoothing: 0,
  optimizer: 'adamw',
} as const

/** The study's own training settings, and the built-in ones where study.yaml states none. */
export function trainingDefaults(
  training: TrainingSpec,
): Readonly<Record<string, Choice | undefined>> {
  const { lora } = training
  const stated = Object.fromEntries(
    Object.entries(training).filter(
      ([, value]) => value !== undefined && typeof value !== 'object',
    ),
  ) as Record<string, Choice>
  return {
    ...BUILT_IN,
    ...stated,
    ...(lora ? { loraRank: lora.rank, loraAlpha: lora.alpha, loraDropout: lora.dropout } : {}),
  }
}
