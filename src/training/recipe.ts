import type { Tensor } from '@tensorflow/tfjs'
import { dropout, mix } from '../compile/ops/index.js'
import type { HostTensor, Named, TensorSpec } from '../compile/program.js'
import type { Optimizer } from '../record/study.js'
import { adapterSpecs, type AdapterShape } from '../decoder/adapter/lora.js'
import { loraLayers } from '../decoder/adapter/lora-layers.js'
import type { DecoderConfig } from '../decoder/config.js'
import { plainLayers, type Layers } from '../decoder/layers.js'
import { weightSpecs } from '../decoder/weights.js'
import { stepInputs, stepInputSpecs, OPTIMIZERS, type StepSettings } from './optimizers/index.js'

/**
 * What is compiled into a training's programs. All that trials differ in otherwise goes in as
 * scalars.
 */
export interface Recipe {
  readonly optimizer: Optimizer
  /** Whether label smoothing is a part of the loss. */
  readonly smoothing: boolean
  /** Whether activations are dropped. */
  readonly dropout: boolean
  /** What learns beside frozen weights; all weights learn where it is null. */
  readonly adapter: (AdapterShape & { readonly dropout: boolean }) | null
}

export const PLAIN: Recipe = { optimizer: 'adamw', smoothing: false, dropout: false, adapter: null }

/** The weights that learn. */
export function learnedSpecs(config: DecoderConfig, { adapter }: Recipe): Named<TensorSpec> {
  return adapter ? adapterSpecs(config, adapter) : weightSpecs(config)
}

/** What a program of gradients takes beside its batch. */
export interface SlopeSettings {
  /** In [0, 1); 0 when left out. */
  readonly labelSmoothing?: number
  /** In [0, 1); 0 when left out. */
  readonly dropout?: number
  readonly adapterDropout?: number
  /** What an adapter's product is multiplied by. */
  readonly adapterScale?: number
}

/** What a batch, or a part of one, is seen as. */
export interface Part {
  /**
   * One divided by the trained tokens that the gradient is a mean over: those of the whole
   * effective batch.
   */
  readonly share: number
  /**
   * Key of the training's dropout, the step it is in, and the part's first row in the effective
   * batch.
   */
  readonly key: number
  readonly step: number
  readonly firstRow: number
  readonly rows: number
}

export function slopeInputs(
  recipe: Recipe,
  part: Part,
  settings: SlopeSettings,
): Named<HostTensor> {
  const { smoothing, dropout, adapter } = recipe
  return {
    share: scalar(part.share),
    ...(smoothing ? { smoothing: scalar(settings.labelSmoothing ?? 0) } : {}),
    ...(dropout ? { dropout: scalar(settings.dropout ?? 0) } : {}),
    ...(adapter?.dropout ? { adapterDropout: scalar(settings.adapterDropout ?? 0) } : {}),
    ...(drops(recipe) ? { dropoutKeys: rowKeys(part) } : {}),
    ...adapterInputs(recipe, settings),
  }
}

export function slopeInputSpecs(recipe: Recipe, rows: number): Named<TensorSpec> {
  const { smoothing, dropout, adapter } = recipe
  return {
    share: SCALAR,
    ...(smoothing ? { smoothing: SCALAR } : {}),
    ...(dropout ? { dropout: SCALAR } : {}),
    ...(adapter?.dropout ? { adapterDropout: SCALAR } : {}),
    ...(drops(recipe) ? { dropoutKeys: { shape: [rows], dtype: 'int32' as const } } : {}),
    ...adapterInputSpecs(recipe),
  }
}

/** What a model with an adapter takes whenever it runs. */
export function adapterInputs(
  { adapter }: Recipe,
  { adapterScale = 1 }: SlopeSettings,
): Named<HostTensor> {
  return adapter ? { adapterScale: scalar(adapterScale) } : {}
}

export function adapterInputSpecs({ adapter }: Recipe): Named<TensorSpec> {
  return adapter ? { adapterScale: SCALAR } : {}
}

/** @param step from 1 */
export function updateInputs(
  { optimizer }: Recipe,
  step: number,
  settings: StepSettings,
): Named<HostTensor> {
  return stepInputs(OPTIMIZERS[optimizer], step, settings)
}

export function updateInputSpecs({ optimizer }: Recipe): Named<TensorSpec> {
  return stepInputSpecs(OPTIMIZERS[optimizer])
}

/** A model's layers in training: with its adapter, and with what is dropped. */
export function trainingLayers(
  config: DecoderConfig,
  recipe: Recipe,
  weights: Named<Tensor>,
  inputs: Named<Tensor>,
): Layers {
  const plain = plainLayers(config, weights)
  const dropped =
    (rate: string): Layers['drop'] =>
    (x, site) =>
      dropout(x, inputs['dropoutKeys']!, inputs[rate]!, site)
  const layers = recipe.dropout ? { ...plain, drop: dropped('dropout') } : plain
  if (!recipe.adapter) return layers
  return loraLayers(
    layers,
    recipe.adapter,
    weights,
    inputs['adapterScale']!,
    recipe.adapter.dropout ? dropped('adapterDropout') : undefined,
  )
}

/** Its layers when it is only measured. */
export function measuredLayers(
  config: DecoderConfig,
  recipe: Recipe,
  weights: Named<Tensor>,
  inputs: Named<Tensor>,
): Layers {
  const plain = plainLayers(config, weights)
  return recipe.adapter
    ? loraLayers(plain, recipe.adapter, weights, inputs['adapterScale']!)
    : plain
}

function drops({ dropout, adapter }: Recipe): boolean {
  return dropout || adapter?.dropout === true
}

/**
 * A row's key depends on its place in the effective batch, so that a batch in parts drops what the
 * whole would.
 */
function rowKeys({ key, step, firstRow, rows }: Part): HostTensor {
  return {
    shape: [rows],
    dtype: 'int32',
    data: Int32Array.from({ length: rows }, (_, i) => mix(mix(mix(key) + step) + firstRow + i)),
  }
}

export const SCALAR: TensorSpec = { shape: [], dtype: 'float32' }

function scalar(value: number): HostTensor {
  return { ...SCALAR, data: Float32Array.of(value) }
}
