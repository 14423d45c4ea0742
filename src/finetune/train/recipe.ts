import type { TensorSpec, HostTensor, Named } from '../../compile/program.js'
import type { Optimizer } from '../../record/study.js'
import { stepInputs, stepInputSpecs, OPTIMIZERS, type StepSettings } from './optimizers/index.js'

/** What is compiled into a training's programs. All that trials differ in otherwise goes in as scalars. */
export interface Recipe {
  readonly optimizer: Optimizer
  /** Whether label smoothing is a part of the loss. */
  readonly smoothing: boolean
}

export const PLAIN: Recipe = { optimizer: 'adamw', smoothing: false }

/** What a program of gradients takes beside its batch. */
export interface SlopeSettings {
  /** In [0, 1); 0 when left out. */
  readonly labelSmoothing?: number
}

/** @param share one divided by the trained tokens that the gradient is a mean over: those of the whole effective batch */
export function slopeInputs({ smoothing }: Recipe, share: number, { labelSmoothing = 0 }: SlopeSettings): Named<HostTensor> {
  return { share: scalar(share), ...(smoothing ? { smoothing: scalar(labelSmoothing) } : {}) }
}

export function slopeInputSpecs({ smoothing }: Recipe): Named<TensorSpec> {
  return { share: SCALAR, ...(smoothing ? { smoothing: SCALAR } : {}) }
}

/** @param step from 1 */
export function updateInputs({ optimizer }: Recipe, step: number, settings: StepSettings): Named<HostTensor> {
  return stepInputs(OPTIMIZERS[optimizer], step, settings)
}

export function updateInputSpecs({ optimizer }: Recipe): Named<TensorSpec> {
  return stepInputSpecs(OPTIMIZERS[optimizer])
}

const SCALAR: TensorSpec = { shape: [], dtype: 'float32' }

function scalar(value: number): HostTensor {
  return { ...SCALAR, data: Float32Array.of(value) }
}
