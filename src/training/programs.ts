import * as tf from '@tensorflow/tfjs'
import { sparseCrossEntropy } from '../compile/ops/index.js'
import type { Named, Program, TensorSpec } from '../compile/program.js'
import { shardedProgram } from '../compile/sharded-program.js'
import { causalLogits } from '../decoder/causal.js'
import type { DecoderConfig } from '../decoder/config.js'
import { smallConfig } from '../decoder/small.js'
import { weightSpecs } from '../decoder/weights.js'
import { optional } from '../util/optional.js'
import {
  batchInputSpecs,
  gradientSums,
  sharding,
  shiftTokens,
  summedGradients,
  type BatchShape,
} from './loss.js'
import { momentSpecs, OPTIMIZERS, takeStep } from './optimizers/index.js'
import {
  adapterInputSpecs,
  evaluationLayers,
  gradientInputSpecs,
  PLAIN,
  SCALAR,
  trainableSpecs,
  updateInputSpecs,
  type TrainingVariant,
} from './variant.js'

/**
 * One training step in one call: forward pass, gradients of the mean loss, clipping, the optimizer.
 *
 * Outputs, scalars: `loss`, the sum over the targets in nats, without smoothing; `norm`, the L2
 * norm of the gradients before clipping.
 */
export function trainProgram(
  config: DecoderConfig,
  shape: BatchShape,
  variant: TrainingVariant,
): Program {
  const rule = OPTIMIZERS[variant.optimizer]
  return shardedProgram({
    name: `train ${shapeName(shape)}`,
    state: { ...allSpecs(config, variant), ...momentSpecs(rule, trainableSpecs(config, variant)) },
    inputs: {
      ...batchInputSpecs(shape),
      ...gradientInputSpecs(variant, shape.rows),
      ...updateInputSpecs(variant),
    },
    ...gradientSums(config, shape, variant),
    finish(state, inputs, sums) {
      const { state: next, norm } = takeStep(rule, state, summedGradients(sums), inputs)
      return { outputs: { loss: sums['loss']!, norm }, state: next }
    },
    sample: () =>
      trainProgram(smallConfig(config), smallBatch(shape), smallVariant(config, variant)),
  })
}

/**
 * Adds the gradients of a micro-batch to those of the micro-batches before it, in the state
 * `sum/NAME`. Output: `loss`, as of `trainProgram`.
 */
export function accumulateProgram(
  config: DecoderConfig,
  shape: BatchShape,
  variant: TrainingVariant,
): Program {
  return shardedProgram({
    name: `accumulate ${shapeName(shape)}`,
    state: { ...allSpecs(config, variant), ...sumSpecs(trainableSpecs(config, variant)) },
    inputs: { ...batchInputSpecs(shape), ...gradientInputSpecs(variant, shape.rows) },
    ...gradientSums(config, shape, variant),
    finish(state, _, sums) {
      const next = Object.entries(summedGradients(sums)).map(([name, g]) => [
        `sum/${name}`,
        tf.add(state[`sum/${name}`]!, g),
      ])
      return { outputs: { loss: sums['loss']! }, state: Object.fromEntries(next) }
    },
    sample: () =>
      accumulateProgram(smallConfig(config), smallBatch(shape), smallVariant(config, variant)),
  })
}

/** Takes a step by the accumulated gradients, and sets them to zero. Output: `norm`. */
export function updateProgram(config: DecoderConfig, variant: TrainingVariant): Program {
  const weights = trainableSpecs(config, variant)
  const rule = OPTIMIZERS[variant.optimizer]
  const names = Object.keys(weights)
  return {
    name: 'update',
    state: { ...weights, ...momentSpecs(rule, weights), ...sumSpecs(weights) },
    inputs: updateInputSpecs(variant),
    body(state, inputs) {
      const { state: next, norm } = takeStep(
        rule,
        state,
        Object.fromEntries(names.map(name => [name, state[`sum/${name}`]!])),
        inputs,
      )
      const cleared = Object.fromEntries(
        names.map(name => [`sum/${name}`, tf.zeros([...weights[name]!.shape])]),
      )
      return { outputs: { norm }, state: { ...next, ...cleared } }
    },
    sample: () => updateProgram(smallConfig(config), smallVariant(config, variant)),
  }
}

/** Sums of gradients over the micro-batches of a step, by state name. */
export function sumSpecs(weights: Named<TensorSpec>): Named<TensorSpec> {
  return Object.fromEntries(Object.entries(weights).map(([name, spec]) => [`sum/${name}`, spec]))
}

/**
 * The loss without a step. Outputs, scalars: `loss`, the sum over the targets in nats; `count`, how
 * many targets count; `correct`, how many of those were the likeliest token.
 */
export function evaluateProgram(
  config: DecoderConfig,
  shape: BatchShape,
  variant: TrainingVariant = PLAIN,
): Program {
  return shardedProgram({
    name: `evaluate ${shapeName(shape)}`,
    state: allSpecs(config, variant),
    inputs: { ...batchInputSpecs(shape), ...adapterInputSpecs(variant) },
    ...sharding(shape),
    sums: { loss: SCALAR, count: SCALAR, correct: SCALAR },
    shardSums(state, inputs) {
      const { context, targetPositions, targets, lossMask } = shiftTokens(inputs)
      const logits = causalLogits(
        config,
        state,
        context,
        evaluationLayers(config, variant, state, inputs),
        targetPositions,
      )
      const hits = tf.cast(tf.equal(tf.argMax(logits, 1), targets), 'float32')
      return {
        loss: tf.sum(tf.mul(sparseCrossEntropy(logits, targets), lossMask)),
        count: tf.sum(lossMask),
        correct: tf.sum(tf.mul(hits, lossMask)),
      }
    },
    finish: (_, __, sums) => ({ outputs: sums }),
    sample: () =>
      evaluateProgram(smallConfig(config), smallBatch(shape), smallVariant(config, variant)),
  })
}

/**
 * The loss of each row by itself. Outputs, [rows]: `loss`, the sum over the row's targets in nats,
 * and `count`, how many of them count.
 */
export function rowsProgram(config: DecoderConfig, shape: BatchShape): Program {
  const { rows, length } = shape
  return {
    name: `rows ${rows}x${length}`,
    state: weightSpecs(config),
    inputs: batchInputSpecs(shape),
    body(state, inputs) {
      const lossMask = inputs['lossMask']!
      const { context, targets } = shiftTokens(inputs)
      const losses = sparseCrossEntropy(causalLogits(config, state, context), targets)
      return {
        outputs: {
          loss: tf.sum(tf.mul(losses.reshape([rows, length]), lossMask), 1),
          count: tf.sum(lossMask, 1),
        },
      }
    },
    sample: () => rowsProgram(smallConfig(config), smallBatch(shape)),
  }
}

/** Programs of one kind, variant and shape name are the same program. */
export function shapeName({ rows, length, targets, shards = 1 }: BatchShape): string {
  const of = targets === undefined ? '' : ` of ${targets}`
  return `${rows}x${length}${of}${shards === 1 ? '' : ` in ${shards}`}`
}

/** The model's weights, and an adapter's beside them. */
function allSpecs(config: DecoderConfig, variant: TrainingVariant): Named<TensorSpec> {
  return { ...weightSpecs(config), ...trainableSpecs(config, variant) }
}

/** The batch that an engine is checked with. */
function smallBatch({ targets, shards = 1 }: BatchShape): BatchShape {
  return {
    rows: 2,
    length: 8,
    ...optional({ targets: targets === undefined ? undefined : 6 }),
    shards: Math.min(2, shards),
  }
}

/** The variant for the small model: without adapters of layers that it doesn't have. */
function smallVariant(config: DecoderConfig, variant: TrainingVariant): TrainingVariant {
  if (!variant.adapter) return variant
  const names = new Set(Object.keys(weightSpecs(smallConfig(config))))
  return {
    ...variant,
    adapter: {
      ...variant.adapter,
      rank: Math.min(3, variant.adapter.rank),
      layers: variant.adapter.layers.filter(layer => names.has(`${layer}.weight`)),
    },
  }
}
