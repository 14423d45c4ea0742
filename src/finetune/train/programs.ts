import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import type { Named, Program, TensorSpec } from '../../compile/program.js'
import { causalLogits, causalLoss } from '../model/causal.js'
import type { DecoderConfig } from '../model/config.js'
import { weightSpecs } from '../model/weights.js'
import { adamw, ADAMW_INPUTS, momentSpecs } from './adamw.js'

export interface BatchShape {
  readonly rows: number
  /** Targets a row: a row holds one token more. */
  readonly length: number
}

const SCALAR: TensorSpec = { shape: [], dtype: 'float32' }

/**
 * One step of training: forward, gradients of the mean over the trained targets, clipping, AdamW.
 * Outputs, scalars: `loss` (sum of nats over the trained targets), `count` (of them), `norm` (of the gradients, before clipping).
 */
export function trainProgram(config: DecoderConfig, shape: BatchShape): Program {
  const weights = weightSpecs(config)
  return {
    name: `train ${shape.rows}x${shape.length}`,
    state: { ...weights, ...momentSpecs(weights) },
    inputs: { ...batchInputs(shape), ...Object.fromEntries(ADAMW_INPUTS.map(name => [name, SCALAR])) },
    body(state, inputs) {
      const { count, loss, gradients } = lossAndGradients(config, state, inputs)
      const { state: next, norm } = adamw(state, gradients, inputs)
      return { outputs: { loss, count, norm }, state: next }
    },
  }
}

/** Loss as in training, without a step. Outputs: `loss`, `count`. */
export function evaluateProgram(config: DecoderConfig, shape: BatchShape): Program {
  return {
    name: `evaluate ${shape.rows}x${shape.length}`,
    state: weightSpecs(config),
    inputs: batchInputs(shape),
    body: (state, { tokens, trained }) => ({ outputs: { loss: causalLoss(config, state, tokens!, trained!), count: tf.sum(trained!) } }),
  }
}

/** Gradients of the mean loss, as outputs `gradient/NAME`, beside `loss` and `count`: to check a model against another program's. */
export function gradientProgram(config: DecoderConfig, shape: BatchShape): Program {
  return {
    name: `gradients ${shape.rows}x${shape.length}`,
    state: weightSpecs(config),
    inputs: batchInputs(shape),
    body(state, inputs) {
      const { count, loss, gradients } = lossAndGradients(config, state, inputs)
      return { outputs: { loss, count, ...Object.fromEntries(Object.entries(gradients).map(([name, g]) => [`gradient/${name}`, g])) } }
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

function batchInputs({ rows, length }: BatchShape): Named<TensorSpec> {
  return { tokens: { shape: [rows, length + 1], dtype: 'int32' }, trained: { shape: [rows, length], dtype: 'float32' } }
}

function lossAndGradients(config: DecoderConfig, state: Named<Tensor>, inputs: Named<Tensor>): { count: Tensor; loss: Tensor; gradients: Named<Tensor> } {
  const { tokens, trained } = inputs as { tokens: Tensor; trained: Tensor }
  const names = Object.keys(weightSpecs(config))
  const count = tf.sum(trained)
  // A batch of padding alone has no targets: it must not divide by zero
  const divisor = tf.maximum(count, 1)
  const mean = (...values: Tensor[]): tf.Scalar =>
    tf.div(causalLoss(config, Object.fromEntries(names.map((name, i) => [name, values[i]!])), tokens, trained), divisor)
  const { value, grads } = tf.valueAndGrads(mean)(names.map(name => state[name]!))
  return { count, loss: tf.mul(value, divisor), gradients: Object.fromEntries(names.map((name, i) => [name, grads[i]!])) }
}
