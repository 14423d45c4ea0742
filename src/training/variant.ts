import type { Tensor } from '@tensorflow/tfjs'
import { dropout, mix } from '../compile/ops/index.js'
import type { HostTensor, Named, TensorSpec } from '../compile/program.js'
import { adapterSpecs, type AdapterShape } from '../decoder/adapter/lora.js'
import { loraLayers } from '../decoder/adapter/lora-layers.js'
import type { DecoderConfig } from '../decoder/config.js'
import { plainLayers, type Layers } from '../decoder/layers.js'
import { weightSpecs } from '../decoder/weights.js'
import type { Optimizer } from '../settings/index.js'
import { optional } from '../util/optional.js'
import type { LossTermName, LossWeights } from './loss-terms.js'
import { stepInputs, stepInputSpecs, OPTIMIZERS, type StepSettings } from './optimizers/index.js'

/**
 * What is compiled into the programs of a training step. Whatever else differs between trials is a
 * scalar input of those programs.
 */
export interface TrainingVariant {
  readonly optimizer: Optimizer
  /** What is part of the loss beside the cross-entropy of the targets. */
  readonly lossTerms: readonly LossTermName[]
  /** Whether activations are dropped. */
  readonly dropout: boolean
  /** The adapter that is trained beside frozen weights; null if all weights are trained. */
  readonly adapter: (AdapterShape & { readonly dropout: boolean }) | null
}

/** AdamW on all weights, without dropout and further terms of the loss. */
export const PLAIN: TrainingVariant = {
  optimizer: 'adamw',
  lossTerms: [],
  dropout: false,
  adapter: null,
}

/** The weights that are trained: an adapter's or, without one, the model's. */
export function trainableSpecs(
  config: DecoderConfig,
  { adapter }: TrainingVariant,
): Named<TensorSpec> {
  return adapter ? adapterSpecs(config, adapter) : weightSpecs(config)
}

/** Scalars of the gradient computation. */
export interface GradientSettings extends LossWeights {
  /** Probability of dropping an activation, in [0, 1); 0 by default. */
  readonly dropout?: number
  /** The same for the input of an adapter. */
  readonly adapterDropout?: number
  /** Factor of an adapter's product; 1 by default. */
  readonly adapterScale?: number
}

/** Which rows of an effective batch a program computes, and how their losses are weighted. */
export interface MicroBatch {
  /** 1 / targets of the whole effective batch: the gradient is a mean over those. */
  readonly lossScale: number
  /** Key of the training's dropout. */
  readonly dropoutKey: number
  /** From 1. */
  readonly step: number
  /** Index of the first row in the effective batch. */
  readonly firstRow: number
  readonly rows: number
}

export function gradientInputs(
  variant: TrainingVariant,
  microBatch: MicroBatch,
  settings: GradientSettings,
): Named<HostTensor> {
  const { dropout = 0, adapterDropout = 0 } = settings
  return optional({
    lossScale: scalar(microBatch.lossScale),
    ...byTerm(variant, name => scalar(settings[name] ?? 0)),
    dropout: variant.dropout ? scalar(dropout) : undefined,
    adapterDropout: variant.adapter?.dropout ? scalar(adapterDropout) : undefined,
    dropoutKeys: drops(variant) ? rowKeys(microBatch) : undefined,
    ...adapterInputs(variant, settings),
  })
}

export function gradientInputSpecs(variant: TrainingVariant, rows: number): Named<TensorSpec> {
  const keys: TensorSpec = { shape: [rows], dtype: 'int32' }
  return optional({
    lossScale: SCALAR,
    ...byTerm(variant, () => SCALAR),
    dropout: variant.dropout ? SCALAR : undefined,
    adapterDropout: variant.adapter?.dropout ? SCALAR : undefined,
    dropoutKeys: drops(variant) ? keys : undefined,
    ...adapterInputSpecs(variant),
  })
}

function byTerm<T>({ lossTerms }: TrainingVariant, value: (name: LossTermName) => T): Named<T> {
  return Object.fromEntries(lossTerms.map(name => [name, value(name)]))
}

/** Inputs of every program of a model with an adapter. */
export function adapterInputs(
  { adapter }: TrainingVariant,
  { adapterScale = 1 }: GradientSettings,
): Named<HostTensor> {
  return adapter ? { adapterScale: scalar(adapterScale) } : {}
}

export function adapterInputSpecs({ adapter }: TrainingVariant): Named<TensorSpec> {
  return adapter ? { adapterScale: SCALAR } : {}
}

/** @param step from 1 */
export function updateInputs(
  { optimizer }: TrainingVariant,
  step: number,
  settings: StepSettings,
): Named<HostTensor> {
  return stepInputs(OPTIMIZERS[optimizer], step, settings)
}

export function updateInputSpecs({ optimizer }: TrainingVariant): Named<TensorSpec> {
  return stepInputSpecs(OPTIMIZERS[optimizer])
}

/** A model's layers in a training step: with its adapter and with dropout. */
export function trainingLayers(
  config: DecoderConfig,
  variant: TrainingVariant,
  weights: Named<Tensor>,
  inputs: Named<Tensor>,
): Layers {
  const plain = plainLayers(config, weights)
  const dropAt =
    (rate: string): Layers['drop'] =>
    (x, site) =>
      dropout(x, inputs['dropoutKeys']!, inputs[rate]!, site)
  const layers = variant.dropout ? { ...plain, drop: dropAt('dropout') } : plain
  if (!variant.adapter) return layers
  return loraLayers(
    layers,
    variant.adapter,
    weights,
    inputs['adapterScale']!,
    variant.adapter.dropout ? dropAt('adapterDropout') : undefined,
  )
}

/** A model's layers when it is evaluated: nothing is dropped. */
export function evaluationLayers(
  config: DecoderConfig,
  variant: TrainingVariant,
  weights: Named<Tensor>,
  inputs: Named<Tensor>,
): Layers {
  const plain = plainLayers(config, weights)
  return variant.adapter
    ? loraLayers(plain, variant.adapter, weights, inputs['adapterScale']!)
    : plain
}

function drops({ dropout, adapter }: TrainingVariant): boolean {
  return dropout || adapter?.dropout === true
}

/**
 * A key for each row, from its index in the effective batch: a batch in micro-batches drops the
 * same activations as one that is computed at once.
 */
function rowKeys({ dropoutKey, step, firstRow, rows }: MicroBatch): HostTensor {
  return {
    shape: [rows],
    dtype: 'int32',
    data: Int32Array.from({ length: rows }, (_, i) =>
      mix(mix(mix(dropoutKey) + step) + firstRow + i),
    ),
  }
}

export const SCALAR: TensorSpec = { shape: [], dtype: 'float32' }

function scalar(value: number): HostTensor {
  return { ...SCALAR, data: Float32Array.of(value) }
}
