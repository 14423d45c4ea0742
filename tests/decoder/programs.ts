import * as tf from '@tensorflow/tfjs'
import type { Program } from '../../src/compile/program.js'
import { causalLogits } from '../../src/decoder/causal.js'
import type { DecoderConfig } from '../../src/decoder/config.js'
import { weightSpecs } from '../../src/decoder/weights.js'
import { batchInputSpecs, lossAndGradients, type BatchShape } from '../../src/training/loss.js'
import { PLAIN } from '../../src/training/variant.js'

/** Gradients of the mean loss, as outputs `gradient/NAME`, beside `loss` and `count`. */
export function gradientProgram(config: DecoderConfig, shape: BatchShape): Program {
  return {
    name: `gradients ${shape.rows}x${shape.length}`,
    state: weightSpecs(config),
    inputs: batchInputSpecs(shape),
    body(state, inputs) {
      const count = tf.sum(inputs['lossMask']!)
      const { loss, gradients } = lossAndGradients(config, PLAIN, state, {
        ...inputs,
        lossScale: tf.div(1, count),
      })
      const outputs = Object.entries(gradients).map(([name, g]) => [`gradient/${name}`, g])
      return { outputs: { loss, count, ...Object.fromEntries(outputs) } }
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
