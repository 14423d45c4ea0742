import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import type { TrainingSpec } from '../settings/index.js'

/** What a setting adds to the cross-entropy of the targets in the gradients. */
export interface LossTerm {
  /** @param logits [n, vocabulary] @returns [n], nats */
  readonly value: (logits: Tensor) => Tensor
  /** The term's weight ε is taken from the cross-entropy, which then counts 1 − ε. */
  readonly sharesWeight: boolean
}

/** By the setting that is the term's weight; 0 leaves the term out. */
export const LOSS_TERMS = {
  labelSmoothing: { value: uniformCrossEntropy, sharesWeight: true },
} as const satisfies { readonly [Name in keyof TrainingSpec]?: LossTerm }

export type LossTermName = keyof typeof LOSS_TERMS
export const LOSS_TERM_NAMES = Object.keys(LOSS_TERMS) as readonly LossTermName[]

/** The weight of each term; 0 by default. */
export type LossWeights = { readonly [Name in LossTermName]?: number }

/**
 * Cross-entropy of each row against the uniform distribution: what label smoothing adds.
 *
 * Source: Szegedy et al., "Rethinking the Inception architecture for computer vision", 2016,
 * section 7, in the form of torch.nn.functional.cross_entropy's `label_smoothing`.
 *
 * @param logits [n, vocabulary] @returns [n], nats
 */
function uniformCrossEntropy(logits: Tensor): Tensor {
  return tf.sub(tf.logSumExp(logits, 1), tf.mean(logits, 1))
}
