// Notation:
//   B  rows of a batch        H  heads        T  tokens of a row        D  width of a head
//   n  targets                V  vocabulary   P  positions of a table   ε  epsilon
import type * as tf from '@tensorflow/tfjs'
import type { TensorInfo } from '@tensorflow/tfjs'
import { rule, singleOutput } from './rule.js'
import type { ShapeRule } from './rule.js'

/**
 * Kernels that tfjs does not have: those that the operations in `ops` call while they are traced.
 * Every graph format has Rotary, DropoutMask and SparseCrossEntropy; the others are traced only
 * for engines that name them (`trace`).
 */
export const customRules: readonly (readonly [string, ShapeRule])[] = [
  // Rotary embedding. x: B x H x T x D; cos, sin: T x D.
  ...rule<Record<'x' | 'cos' | 'sin', TensorInfo>>('Rotary', ({ x, cos, sin }) =>
    singleOutput([x, cos, sin], x.shape, 'float32'),
  ),
  // keys: [rows]; rate: scalar; `shape` is that of the mask.
  ...rule<
    Record<'keys' | 'rate', TensorInfo>,
    { readonly shape: readonly number[]; readonly site: number }
  >('DropoutMask', ({ keys, rate }, { shape, site }) =>
    singleOutput([keys, rate], shape, 'float32', { site }),
  ),
  // logits: n x V; labels: [n]. Outputs: losses [n] and their gradients n x V.
  ...rule<Record<'logits' | 'labels', TensorInfo>>('SparseCrossEntropy', ({ logits, labels }) => ({
    inputs: [logits, labels],
    outputs: [
      { shape: labels.shape, dtype: 'float32' },
      { shape: logits.shape, dtype: 'float32' },
    ],
  })),

  // x: ... x D; weight: [D]. Outputs: the norm, and 1 / √(mean(x²) + ε), ... x 1.
  ...rule<Record<'x' | 'weight', TensorInfo>, { readonly epsilon: number }>(
    'RmsNorm',
    ({ x, weight }, { epsilon }) => ({
      inputs: [x, weight],
      outputs: [
        { shape: x.shape, dtype: 'float32' },
        { shape: [...x.shape.slice(0, -1), 1], dtype: 'float32' },
      ],
      attributes: { epsilon },
    }),
  ),
  ...rule<tf.UnaryInputs>('Silu', ({ x }) => singleOutput([x], x.shape, 'float32')),
  // Rotary embedding of tokens at any positions. x: B x T x H x D; cos, sin: P x D;
  // positions: B x T, rows of the tables.
  ...rule<Record<'x' | 'cos' | 'sin' | 'positions', TensorInfo>>(
    'RotaryAtPositions',
    ({ x, cos, sin, positions }) => singleOutput([x, cos, sin, positions], x.shape, 'float32'),
  ),
]
