import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { shardedProgram, type ShardedProgramSpec } from '../compile/sharded-program.js'
import { sparseCrossEntropy } from '../compile/ops/index.js'
import type { Named, Program, TensorSpec } from '../compile/program.js'
import { causalLogits } from '../decoder/causal.js'
import type { DecoderConfig } from '../decoder/config.js'
import { smallOf } from '../decoder/small.js'
import { weightSpecs } from '../decoder/weights.js'
import { momentSpecs, OPTIMIZERS, takeStep } from './optimizers/index.js'
import {
  adapterInputSpecs,
  learnedSpecs,
  measuredLayers,
  PLAIN,
  SCALAR,
  slopeInputSpecs,
  trainingLayers,
  updateInputSpecs,
  type Recipe,
} from './recipe.js'

export interface BatchShape {
  readonly rows: number
  /** Targets a row: a row holds one token more. */
  readonly length: number
  /**
   * Of those, how many are given by their places, so that the vocabulary's product is made for them
   * alone; all when left out.
   */
  readonly targets?: number
  /** Of equal numbers of rows and targets, computed side by side; 1 when left out. */
  readonly parts?: number
}

/**
 * One step of training in one call: forward, gradients of the mean over the trained targets,
 * clipping, the optimizer. Outputs, scalars: `loss` (sum of nats over the trained targets, without
 * smoothing), `norm` (of the gradients, before clipping).
 */
export function trainProgram(config: DecoderConfig, shape: BatchShape, recipe: Recipe): Program {
  const rule = OPTIMIZERS[recipe.optimizer]
  return shardedProgram({
    name: `train ${shapeName(shape)}`,
    state: { ...allSpecs(config, recipe), ...momentSpecs(rule, learnedSpecs(config, recipe)) },
    inputs: {
      ...batchInputs(shape),
      ...slopeInputSpecs(recipe, shape.rows),
      ...updateInputSpecs(recipe),
    },
    ...slopesOf(config, shape, recipe),
    finish(state, inputs, sums) {
      const { state: next, norm } = takeStep(rule, state, gradientsOf(sums), inputs)
      return { outputs: { loss: sums['loss']!, norm }, state: next }
    },
    sample: () => trainProgram(smallOf(config), smallBatch(shape), smallRecipe(config, recipe)),
  })
}

/**
 * Adds a micro-batch's share of the gradients to those of the micro-batches before it, in
 * `sum/NAME`. Output: `loss`.
 */
export function accumulateProgram(
  config: DecoderConfig,
  shape: BatchShape,
  recipe: Recipe,
): Program {
  return shardedProgram({
    name: `accumulate ${shapeName(shape)}`,
    state: { ...allSpecs(config, recipe), ...sumSpecs(learnedSpecs(config, recipe)) },
    inputs: { ...batchInputs(shape), ...slopeInputSpecs(recipe, shape.rows) },
    ...slopesOf(config, shape, recipe),
    finish(state, _, sums) {
      const next = Object.entries(gradientsOf(sums)).map(([name, g]) => [
        `sum/${name}`,
        tf.add(state[`sum/${name}`]!, g),
      ])
      return { outputs: { loss: sums['loss']! }, state: Object.fromEntries(next) }
    },
    sample: () =>
      accumulateProgram(smallOf(config), smallBatch(shape), smallRecipe(config, recipe)),
  })
}

/** Takes the step that the accumulated gradients ask for, and clears them. Output: `norm`. */
export function updateProgram(config: DecoderConfig, recipe: Recipe): Program {
  const weights = learnedSpecs(config, recipe)
  const rule = OPTIMIZERS[recipe.optimizer]
  const names = Object.keys(weights)
  return {
    name: 'update',
    state: { ...weights, ...momentSpecs(rule, weights), ...sumSpecs(weights) },
    inputs: updateInputSpecs(recipe),
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
    sample: () => updateProgram(smallOf(config), smallRecipe(config, recipe)),
  }
}

/** Programs of one kind and size are the same program. */
export function shapeName({ rows, length, targets, parts = 1 }: BatchShape): string {
  return `${rows}x${length}${targets === undefined ? '' : ` of ${targets}`}${parts === 1 ? '' : ` in ${parts}`}`
}

/** What is trained and evaluated to check an engine. */
function smallBatch({ targets, parts = 1 }: BatchShape): BatchShape {
  return {
    rows: 2,
    length: 8,
    ...(targets === undefined ? {} : { targets: 6 }),
    parts: Math.min(2, parts),
  }
}

/** The recipe for the small model: without adapters of layers that it doesn't have. */
function smallRecipe(config: DecoderConfig, recipe: Recipe): Recipe {
  if (!recipe.adapter) return recipe
  const known = new Set(Object.keys(weightSpecs(smallOf(config))))
  return {
    ...recipe,
    adapter: {
      ...recipe.adapter,
      rank: Math.min(3, recipe.adapter.rank),
      layers: recipe.adapter.layers.filter(layer => known.has(`${layer}.weight`)),
    },
  }
}

/** Sums of gradients over the micro-batches of a step, by state name. */
export function sumSpecs(weights: Named<TensorSpec>): Named<TensorSpec> {
  return Object.fromEntries(Object.entries(weights).map(([name, spec]) => [`sum/${name}`, spec]))
}

/**
 * Loss as in training, without a step. Outputs: `loss`, `count`, and `correct`: targets that were
 * the likeliest token.
 */
export function evaluateProgram(
  config: DecoderConfig,
  shape: BatchShape,
  recipe: Recipe = PLAIN,
): Program {
  return shardedProgram({
    name: `evaluate ${shapeName(shape)}`,
    state: allSpecs(config, recipe),
    inputs: { ...batchInputs(shape), ...adapterInputSpecs(recipe) },
    ...divisionOf(shape),
    sums: { loss: SCALAR, count: SCALAR, correct: SCALAR },
    shardSums(state, inputs) {
      const { seen, places, targets, counted } = sides(inputs)
      const logits = causalLogits(
        config,
        state,
        seen,
        measuredLayers(config, recipe, state, inputs),
        places,
      )
      const hits = tf.cast(tf.equal(tf.argMax(logits, 1), targets), 'float32')
      return {
        loss: tf.sum(tf.mul(sparseCrossEntropy(logits, targets), counted)),
        count: tf.sum(counted),
        correct: tf.sum(tf.mul(hits, counted)),
      }
    },
    finish: (_, __, sums) => ({ outputs: sums }),
    sample: () => evaluateProgram(smallOf(config), smallBatch(shape), smallRecipe(config, recipe)),
  })
}

/**
 * Loss of each row by itself. Outputs, [rows]: `loss`, the sum of nats over the row's trained
 * targets, and `count` of them.
 */
export function rowsProgram(config: DecoderConfig, shape: BatchShape): Program {
  return {
    name: `rows ${shape.rows}x${shape.length}`,
    state: weightSpecs(config),
    inputs: batchInputs(shape),
    body(state, inputs) {
      const { trained } = inputs as { trained: Tensor }
      const { seen, targets } = sides(inputs)
      const losses = sparseCrossEntropy(causalLogits(config, state, seen), targets).reshape([
        shape.rows,
        shape.length,
      ])
      return { outputs: { loss: tf.sum(tf.mul(losses, trained), 1), count: tf.sum(trained, 1) } }
    },
    sample: () => rowsProgram(smallOf(config), smallBatch(shape)),
  }
}

/**
 * Gradients of the mean loss, as outputs `gradient/NAME`, beside `loss` and `count`: to check a
 * model against another program's.
 */
export function gradientProgram(config: DecoderConfig, shape: BatchShape): Program {
  return {
    name: `gradients ${shape.rows}x${shape.length}`,
    state: weightSpecs(config),
    inputs: batchInputs(shape),
    body(state, inputs) {
      const count = tf.sum(inputs['trained']!)
      const { loss, gradients } = lossAndGradients(config, PLAIN, state, {
        ...inputs,
        share: tf.div(1, count),
      })
      return { outputs: { loss, count, ...gradientsNamed(gradients) } }
    },
  }
}

/** Output `logits`, [rows · length, vocabulary], of input `tokens`, [rows, length]. */
export function logitsProgram(config: DecoderConfig, { rows, length }: BatchShape): Program {
  return {
    name: `logits ${rows}x${length}`,
    state: weightSpecs(config),
    inputs: { tokens: { shape: [rows, length], dtype: 'int32' } },
    body: (state, { tokens }) => ({ outputs: { logits: causalLogits(config, state, tokens!) } }),
  }
}

function batchInputs({ rows, length, targets }: BatchShape): Named<TensorSpec> {
  const tokens: TensorSpec = { shape: [rows, length + 1], dtype: 'int32' }
  if (targets === undefined) return { tokens, trained: { shape: [rows, length], dtype: 'float32' } }
  return {
    tokens,
    places: { shape: [targets], dtype: 'int32' },
    counted: { shape: [targets], dtype: 'float32' },
  }
}

/** The model's weights, and an adapter's beside them. */
function allSpecs(config: DecoderConfig, recipe: Recipe): Named<TensorSpec> {
  return { ...weightSpecs(config), ...learnedSpecs(config, recipe) }
}

/** Each token is the target of those before it. */
function sides({ tokens, trained, places, counted }: Named<Tensor>): {
  seen: Tensor
  places?: Tensor
  targets: Tensor
  counted: Tensor
} {
  const [rows, length] = [tokens!.shape[0]!, tokens!.shape[1]! - 1]
  const seen = tokens!.slice([0, 0], [rows, length])
  const targets = tokens!.slice([0, 1], [rows, length]).reshape([-1])
  return places
    ? { seen, places, targets: tf.gather(targets, places as tf.Tensor1D), counted: counted! }
    : { seen, targets, counted: trained!.reshape([-1]) }
}

/** `loss`, and the gradients as `gradient/NAME`: what the parts of a batch sum up to. */
function slopesOf(
  config: DecoderConfig,
  shape: BatchShape,
  recipe: Recipe,
): Pick<ShardedProgramSpec, 'shardCount' | 'shardedInputs' | 'sums' | 'shardSums'> {
  return {
    ...divisionOf(shape),
    sums: { loss: SCALAR, ...gradientsNamed(learnedSpecs(config, recipe)) },
    shardSums(state, inputs) {
      const { loss, gradients } = lossAndGradients(config, recipe, state, inputs)
      return { loss, ...gradientsNamed(gradients) }
    },
  }
}

function divisionOf({
  parts = 1,
}: BatchShape): Pick<ShardedProgramSpec, 'shardCount' | 'shardedInputs'> {
  return {
    shardCount: parts,
    shardedInputs: ['tokens', 'trained', 'places', 'counted', 'dropoutKeys'],
  }
}

const GRADIENT = 'gradient/'

function gradientsNamed<T>(values: Named<T>): Named<T> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [GRADIENT + name, value]))
}

function gradientsOf<T>(sums: Named<T>): Named<T> {
  return Object.fromEntries(
    Object.entries(sums).flatMap(([name, value]) =>
      name.startsWith(GRADIENT) ? [[name.slice(GRADIENT.length), value]] : [],
    ),
  )
}

/** @returns the sum of nats, and the gradients of what is minimised, `share` times it */
function lossAndGradients(
  config: DecoderConfig,
  recipe: Recipe,
  state: Named<Tensor>,
  inputs: Named<Tensor>,
): { loss: Tensor; gradients: Named<Tensor> } {
  const names = Object.keys(learnedSpecs(config, recipe))
  const { seen, places, targets, counted } = sides(inputs)
  const share = inputs['share']!
  const sums = (...values: Tensor[]): Tensor => {
    const weights = { ...state, ...Object.fromEntries(names.map((name, i) => [name, values[i]!])) }
    const logits = causalLogits(
      config,
      weights,
      seen,
      trainingLayers(config, recipe, weights, inputs),
      places,
    )
    const loss = tf.sum(tf.mul(sparseCrossEntropy(logits, targets), counted))
    return recipe.smoothing
      ? tf.stack([loss, tf.sum(tf.mul(uniformCrossEntropy(logits), counted))])
      : loss
  }
  // Smoothing mixes the two sums in the gradients alone: the loss that is told stays comparable
  // with a validation's
  const slope = recipe.smoothing
    ? tf.stack([
        tf.mul(tf.sub(1, inputs['smoothing']!), share),
        tf.mul(inputs['smoothing']!, share),
      ])
    : share
  const { value, grads } = tf.valueAndGrads(sums)(
    names.map(name => state[name]!),
    slope,
  )
  const loss = recipe.smoothing ? value.slice([0], [1]).reshape([]) : value
  return { loss, gradients: Object.fromEntries(names.map((name, i) => [name, grads[i]!])) }
}

/**
 * Cross-entropy of each row against the uniform distribution: what label smoothing adds.
 *
 * Source: Szegedy et al., "Rethinking the Inception architecture for computer vision", 2016,
 * section 7, in the form of torch.nn.functional.cross_entropy's `label_smoothing`.
 *
 * @param logits n x V @returns n
 */
function uniformCrossEntropy(logits: Tensor): Tensor {
  return tf.sub(tf.logSumExp(logits, 1), tf.mean(logits, 1))
}
