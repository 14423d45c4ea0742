import type { Engine, State } from '../compile/engine.js'
import type { HostTensor } from '../compile/program.js'
import type { Batch } from '../dataset/batches.js'
import type { DecoderConfig } from '../decoder/config.js'
import type { Runnables } from '../decoder/runnables.js'
import { optional } from '../util/optional.js'
import { batchInputs, shardCount, targetCount } from './batch.js'
import type { BatchShape } from './loss.js'
import { evaluateProgram, shapeName } from './programs.js'
import { adapterInputs, PLAIN, type GradientSettings, type TrainingVariant } from './variant.js'

/** Sums over the targets of one batch, or of several. */
export interface LossSum {
  /** Nats. */
  readonly loss: number
  /** Targets. */
  readonly count: number
}

export interface Evaluation extends LossSum {
  /** Targets that were the model's likeliest token. */
  readonly correct: number
}

/**
 * Evaluates a model on batches.
 *
 * @param state holds at least the model's weights, and the adapter's if the variant has one
 * @returns sums over all batches
 */
export async function evaluateModel(
  programs: Runnables,
  config: DecoderConfig,
  state: State | readonly State[],
  batches: readonly Batch[],
  variant: TrainingVariant = PLAIN,
  settings: GradientSettings = {},
): Promise<Evaluation> {
  const total = { loss: 0, count: 0, correct: 0 }
  for (const batch of batches) {
    const shape = programShape([batch], variant, programs)
    const program = await programs.get(
      `evaluate ${shapeName(shape)}${variant.adapter ? ` ${variantKey(variant)}` : ''}`,
      () => evaluateProgram(config, shape, variant),
    )
    const { loss, count, correct } = await program.run(state, {
      ...batchInputs(batch, shape),
      ...adapterInputs(variant, settings),
    })
    total.loss += scalarValue(loss)
    total.count += scalarValue(count)
    total.correct += scalarValue(correct)
  }
  return total
}

/** The shape of a program that takes each of some batches, which are of one shape. */
export function programShape(
  batches: readonly Batch[],
  { adapter }: TrainingVariant,
  engine: Pick<Engine, 'shardCount'>,
): BatchShape {
  const [{ rows, length }] = batches as [Batch]
  const shards = shardCount(rows, engine.shardCount(rows * length))
  // Dropout draws a row's mask over all of its positions
  const targets = adapter?.layers.includes('lm_head') ? undefined : targetCount(batches, shards)
  return { rows, length, shards, ...optional({ targets }) }
}

/** Variants with equal keys share programs. */
export function variantKey(variant: TrainingVariant): string {
  return JSON.stringify(variant)
}

/** @throws Error if the program has no such output */
export function scalarValue(tensor: HostTensor | undefined): number {
  if (!tensor) throw new Error('the program has no such output')
  return tensor.data[0]!
}
