import type { Tensor } from '@tensorflow/tfjs'
import type { HostTensor, Named, TensorSpec } from '../../compile/program.js'

/** What one step is taken with. */
export interface StepSettings {
  readonly learningRate: number
  readonly weightDecay: number
  /** Global L2 norm that gradients are scaled down to; 0 means never. */
  readonly clipNorm: number
  /** Factor of the last step that SGD adds again; 0.9 by default. */
  readonly momentum?: number
}

/**
 * A weight, its gradient before clipping, and the gradient's square, which the norm is made of
 * anyway.
 */
export interface WeightGradient {
  readonly name: string
  readonly weight: Tensor
  readonly gradient: Tensor
  readonly square: Tensor
  /** @param prefix as in `moments`: `m` */
  moment(prefix: string): Tensor
}

/** What a weight and its moments become: `weight`, and a tensor for each prefix. */
export type Stepped = Named<Tensor> & { readonly weight: Tensor }

/**
 * A rule that turns gradients into steps, written in tfjs operations: elementwise for each weight
 * where the rule is, with scalars computed once a step.
 */
export interface OptimizerRule {
  /**
   * Scalars of a step, by input name; taken in double precision. No step number is compiled in.
   * @param step from 1
   */
  scalars(step: number, settings: StepSettings): Readonly<Record<string, number>>
  /** What is remembered of a weight of this shape, by prefix; all start at zero. */
  moments(shape: readonly number[]): Readonly<Record<string, readonly number[]>>
  /**
   * @param scale  scalar that clipping multiplies every gradient with
   * @param inputs `scalars`, as tensors
   */
  begin(scale: Tensor, inputs: Named<Tensor>): (gradient: WeightGradient) => Stepped
}

/** Weight decay shrinks matrices; norms and biases keep their size, as in transformers' Trainer. */
export function decays(shape: readonly number[]): boolean {
  return shape.length > 1
}

/** Moments by state name, `PREFIX/WEIGHT`. */
export function momentSpecs(rule: OptimizerRule, weights: Named<TensorSpec>): Named<TensorSpec> {
  return Object.fromEntries(
    Object.entries(weights).flatMap(([name, { shape }]) =>
      Object.entries(rule.moments(shape)).map(([prefix, moment]): [string, TensorSpec] => [
        `${prefix}/${name}`,
        { shape: moment, dtype: 'float32' },
      ]),
    ),
  )
}

/** All scalars that a step takes from outside, the clipping's too. */
export function stepInputs(
  rule: OptimizerRule,
  step: number,
  settings: StepSettings,
): Named<HostTensor> {
  const { clipNorm } = settings
  const scalars = { clip: clipNorm > 0 ? clipNorm : Infinity, ...rule.scalars(step, settings) }
  return Object.fromEntries(
    Object.entries(scalars).map(([name, value]) => [
      name,
      { shape: [], dtype: 'float32', data: Float32Array.of(value) },
    ]),
  )
}

/** Their specs. */
export function stepInputSpecs(rule: OptimizerRule): Named<TensorSpec> {
  const inputs = stepInputs(rule, 1, { learningRate: 0, weightDecay: 0, clipNorm: 0 })
  return Object.fromEntries(
    Object.keys(inputs).map(name => [name, { shape: [], dtype: 'float32' }]),
  )
}
