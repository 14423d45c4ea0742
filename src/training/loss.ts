import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { sparseCrossEntropy } from '../compile/ops/index.js'
import type { Named, TensorSpec } from '../compile/program.js'
import type { ShardedProgramSpec } from '../compile/sharded-program.js'
import { causalLogits } from '../decoder/causal.js'
import type { DecoderConfig } from '../decoder/config.js'
import { LOSS_TERMS, type LossTerm } from './loss-terms.js'
import { SCALAR, trainableSpecs, trainingLayers, type TrainingVariant } from './variant.js'

/**
 * The loss of a batch of token sequences, and its gradients.
 *
 * | symbol            | shape              | meaning                                             |
 * | ----------------- | ------------------ | --------------------------------------------------- |
 * | `tokens`          | [rows, length + 1] | token ids; each is the target of those before it    |
 * | `context`         | [rows, length]     | the tokens that the model reads: all but the last   |
 * | `targets`         | [n]                | the ids to predict; n = rows · length, or fewer     |
 * | `targetPositions` | [n]                | which of rows · length targets these are; optional  |
 * | `lossMask`        | [n]                | 1 if the target counts in the loss, else 0          |
 * | `logits`          | [n, vocabulary]    | unnormalized log probabilities                      |
 * | `lossScale`       | []                 | 1 / targets that count in the whole effective batch |
 * | ε, term           | [], [n]            | weight and value of a term of loss-terms.ts         |
 *
 * Loss of a target y: −log softmax(logits)_y nats. The program's output is the sum over targets of
 * lossMask · loss; the gradients are those of lossScale · Σ lossMask · ((1 − ε) · loss + ε · term),
 * where 1 − ε is 1 for a term that does not share the weight.
 */
export interface BatchShape {
  readonly rows: number
  /** Targets a row: a row holds one token more. */
  readonly length: number
  /**
   * How many targets are passed by their positions, so that logits are computed for them alone; all
   * rows · length by default.
   */
  readonly targets?: number
  /** Shards of equal numbers of rows and targets, computed side by side; 1 by default. */
  readonly shards?: number
}

export function batchInputSpecs({ rows, length, targets }: BatchShape): Named<TensorSpec> {
  const tokens: TensorSpec = { shape: [rows, length + 1], dtype: 'int32' }
  if (targets === undefined)
    return { tokens, lossMask: { shape: [rows, length], dtype: 'float32' } }
  return {
    tokens,
    targetPositions: { shape: [targets], dtype: 'int32' },
    lossMask: { shape: [targets], dtype: 'float32' },
  }
}

/** How a program of this shape is divided. */
export function sharding({
  shards = 1,
}: BatchShape): Pick<ShardedProgramSpec, 'shardCount' | 'shardedInputs'> {
  return {
    shardCount: shards,
    shardedInputs: ['tokens', 'lossMask', 'targetPositions', 'dropoutKeys'],
  }
}

/** Splits a batch into what the model reads and what it predicts; see the table above. */
export function shiftTokens({ tokens, lossMask, targetPositions }: Named<Tensor>): {
  context: Tensor
  targetPositions?: Tensor
  targets: Tensor
  lossMask: Tensor
} {
  const [rows, length] = [tokens!.shape[0]!, tokens!.shape[1]! - 1]
  const context = tokens!.slice([0, 0], [rows, length])
  const targets = tokens!.slice([0, 1], [rows, length]).reshape([-1])
  if (!targetPositions) return { context, targets, lossMask: lossMask!.reshape([-1]) }
  return {
    context,
    targetPositions,
    targets: tf.gather(targets, targetPositions as tf.Tensor1D),
    lossMask: lossMask!,
  }
}

/** The part of a program that sums `loss`, and the gradients as `gradient/NAME`, over shards. */
export function gradientSums(
  config: DecoderConfig,
  shape: BatchShape,
  variant: TrainingVariant,
): Pick<ShardedProgramSpec, 'shardCount' | 'shardedInputs' | 'sums' | 'shardSums'> {
  return {
    ...sharding(shape),
    sums: { loss: SCALAR, ...namedGradients(trainableSpecs(config, variant)) },
    shardSums(state, inputs) {
      const { loss, gradients } = lossAndGradients(config, variant, state, inputs)
      return { loss, ...namedGradients(gradients) }
    },
  }
}

const GRADIENT = 'gradient/'

function namedGradients<T>(values: Named<T>): Named<T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [GRADIENT + name, value]))
}

/** The gradients among the sums, by the names of their weights. */
export function summedGradients<T>(sums: Named<T>): Named<T> {
  return Object.fromEntries(
    Object.entries(sums).flatMap(([name, value]) =>
      name.startsWith(GRADIENT) ? [[name.slice(GRADIENT.length), value]] : [],
    ),
  )
}

/**
 * @param inputs of the program: the batch, `lossScale` and what the variant needs
 * @returns the sum of the targets' losses in nats, and the gradients by weight name
 */
export function lossAndGradients(
  config: DecoderConfig,
  variant: TrainingVariant,
  state: Named<Tensor>,
  inputs: Named<Tensor>,
): { loss: Tensor; gradients: Named<Tensor> } {
  const names = Object.keys(trainableSpecs(config, variant))
  const { context, targetPositions, targets, lossMask } = shiftTokens(inputs)
  const lossScale = inputs['lossScale']!
  const terms = variant.lossTerms.map(name => ({ ...LOSS_TERMS[name], weight: inputs[name]! }))
  const lossSums = (...values: Tensor[]): Tensor => {
    const weights = { ...state, ...Object.fromEntries(names.map((name, i) => [name, values[i]!])) }
    const logits = causalLogits(
      config,
      weights,
      context,
      trainingLayers(config, variant, weights, inputs),
      targetPositions,
    )
    const loss = tf.sum(tf.mul(sparseCrossEntropy(logits, targets), lossMask))
    return terms.length > 0
      ? tf.stack([loss, ...terms.map(({ value }) => tf.sum(tf.mul(value(logits), lossMask)))])
      : loss
  }
  // The sums are mixed in the gradients alone: the loss that is reported stays comparable with a
  // validation loss
  const upstream = terms.length > 0 ? tf.stack(mixture(terms, lossScale)) : lossScale
  const { value, grads } = tf.valueAndGrads(lossSums)(
    names.map(name => state[name]!),
    upstream,
  )
  const loss = terms.length > 0 ? value.slice([0], [1]).reshape([]) : value
  return { loss, gradients: Object.fromEntries(names.map((name, i) => [name, grads[i]!])) }
}

/** What the sums of cross-entropy and of each term count in the gradients. */
function mixture(
  terms: readonly (LossTerm & { readonly weight: Tensor })[],
  lossScale: Tensor,
): Tensor[] {
  const shared = terms.filter(({ sharesWeight }) => sharesWeight)
  const remaining = shared.reduce<Tensor | number>((share, { weight }) => tf.sub(share, weight), 1)
  return [
    shared.length > 0 ? tf.mul(remaining, lossScale) : lossScale,
    ...terms.map(({ weight }) => tf.mul(weight, lossScale)),
  ]
}
