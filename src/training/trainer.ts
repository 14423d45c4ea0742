import type { Engine, State } from '../compile/engine.js'
import type { HostTensor, Named, TensorSpec } from '../compile/program.js'
import type { Batch } from '../dataset/batches.js'
import type { DecoderConfig } from '../decoder/config.js'
import { runnablesOn, type Runnables } from '../decoder/runnables.js'
import { sizeOf } from '../decoder/weights.js'
import { batchInputs, partsOf, targetsOf } from './batch.js'
import { microBatches, type Fitting } from './micro-batch.js'
import { momentSpecs, OPTIMIZERS, type StepSettings } from './optimizers/index.js'
import {
  accumulateProgram,
  evaluateProgram,
  shapeName,
  sumSpecs,
  trainProgram,
  updateProgram,
  type BatchShape,
} from './programs.js'
import {
  adapterInputs,
  learnedSpecs,
  PLAIN,
  slopeInputs,
  updateInputs,
  type Part,
  type Recipe,
  type SlopeSettings,
} from './recipe.js'

/** Nats over the trained targets of one batch, or of several. */
export interface LossSum {
  readonly loss: number
  readonly count: number
}

export interface Evaluation extends LossSum {
  /** Trained targets that were the model's likeliest token. */
  readonly correct: number
}

export interface StepResult extends LossSum {
  /** L2 norm of all gradients before clipping. */
  readonly norm: number
}

/**
 * A model in training: weights and moments live with the engine. Its calls are made one after the
 * other.
 */
export interface Trainer {
  /** Steps taken so far. */
  readonly steps: number
  /** The most micro-batches that a step was taken in; 1 where whole batches fit. */
  readonly parts: number
  /**
   * A batch that does not fit into memory at once goes through in micro-batches; the step is the
   * same.
   */
  step(batch: Batch, settings: StepSettings & SlopeSettings): Promise<StepResult>
  /** @param adapterScale as in a step; without an adapter nobody looks at it */
  evaluate(
    batches: readonly Batch[],
    settings?: Pick<SlopeSettings, 'adapterScale'>,
  ): Promise<Evaluation>
  /** Copies of the weights that learn: the model's by Hugging Face name, or an adapter's. */
  weights(): Promise<Named<HostTensor>>
  /** Copies, as `m/NAME` and `v/NAME`. */
  moments(): Promise<Named<HostTensor>>
  dispose(): void
}

export interface TrainerOptions {
  /** Of what learns, to begin with. */
  readonly weights: Named<HostTensor>
  /** Holds the model's weights where an adapter learns beside them; only read. */
  readonly frozen?: State
  /** Keys what is dropped; 0 when left out. */
  readonly dropoutKey?: number
  /** Where an earlier training stood; a fresh one when left out. */
  readonly from?: { readonly moments: Named<HostTensor>; readonly steps: number }
  /** Plain AdamW when left out. */
  readonly recipe?: Recipe
  /** How many rows go through the model at once; whole batches when left out. */
  readonly fitting?: Fitting
  /**
   * Programs shared with other trainers of the same model on the same engine; disposed of by their
   * owner.
   */
  readonly runnables?: Runnables
}

/**
 * @example const trainer = await createTrainer(engine, config, { weights: initialWeights(config,
 * seed) })
 */
export async function createTrainer(
  engine: Engine,
  config: DecoderConfig,
  options: TrainerOptions,
): Promise<Trainer> {
  const { weights, frozen, dropoutKey = 0, from, recipe = PLAIN, fitting, runnables } = options
  const programs = runnables ?? runnablesOn(engine)
  const specs = learnedSpecs(config, recipe)
  const moments = momentSpecs(OPTIMIZERS[recipe.optimizer], specs)
  const state = await engine.createState({
    ...named(specs, weights),
    ...named(moments, from?.moments ?? zeros(moments)),
  })
  const held = frozen ? [state, frozen] : [state]
  const kind = kindOf(recipe)
  let sums: State | null = null
  let steps = from?.steps ?? 0
  let mostParts = 1

  async function whole(
    batch: Batch,
    part: Part,
    settings: StepSettings & SlopeSettings,
  ): Promise<{ loss: number; norm: number }> {
    const shape = shapeOf([batch], recipe, programs)
    const program = await programs.get(`train ${shapeName(shape)} ${kind}`, () =>
      trainProgram(config, shape, recipe),
    )
    const { loss, norm } = await program.run(held, {
      ...batchInputs(batch, shape),
      ...slopeInputs(recipe, part, settings),
      ...updateInputs(recipe, steps + 1, settings),
    })
    return { loss: only(loss), norm: only(norm) }
  }

  async function inParts(
    parts: readonly Batch[],
    part: Part,
    settings: StepSettings & SlopeSettings,
  ): Promise<{ loss: number; norm: number }> {
    sums ??= await engine.createState(zeros(sumSpecs(specs)))
    const shape = shapeOf(parts, recipe, programs)
    const { rows } = shape
    const accumulate = await programs.get(`accumulate ${shapeName(shape)} ${kind}`, () =>
      accumulateProgram(config, shape, recipe),
    )
    let total = 0
    try {
      for (const [i, batch] of parts.entries()) {
        const { loss } = await accumulate.run([...held, sums], {
          ...batchInputs(batch, shape),
          ...slopeInputs(recipe, { ...part, firstRow: i * rows, rows }, settings),
        })
        total += only(loss)
      }
    } catch (error) {
      // What was added must not count when the step is tried again in smaller parts
      sums.dispose()
      sums = null
      throw error
    }
    mostParts = Math.max(mostParts, parts.length)
    const update = await programs.get(`update ${kind}`, () => updateProgram(config, recipe))
    const { norm } = await update.run([state, sums], updateInputs(recipe, steps + 1, settings))
    return { loss: total, norm: only(norm) }
  }

  return {
    get steps() {
      return steps
    },
    get parts() {
      return mostParts
    },
    async step(batch, settings) {
      const count = batch.weights.reduce((sum, weight) => sum + weight, 0)
      // A batch of padding alone has no targets: it must not divide by zero
      const part = {
        share: 1 / Math.max(1, count),
        key: dropoutKey,
        step: steps + 1,
        firstRow: 0,
        rows: batch.rows,
      }
      const result = await microBatches(batch, fitting, parts =>
        parts.length === 1 ? whole(parts[0]!, part, settings) : inParts(parts, part, settings),
      )
      steps += 1
      return { ...result, count }
    },
    evaluate: (batches, settings) =>
      evaluateWith(programs, config, held, batches, recipe, settings),
    weights: () => state.read(Object.keys(specs)),
    moments: () => state.read(Object.keys(moments)),
    dispose() {
      state.dispose()
      sums?.dispose()
      if (!runnables) void programs.dispose()
    },
  }
}

/** @param state holds at least the weights @returns sums over all batches */
export async function evaluateWith(
  programs: Runnables,
  config: DecoderConfig,
  state: State | readonly State[],
  batches: readonly Batch[],
  recipe: Recipe = PLAIN,
  settings: SlopeSettings = {},
): Promise<Evaluation> {
  let sum = 0
  let targets = 0
  let hits = 0
  for (const batch of batches) {
    const shape = shapeOf([batch], recipe, programs)
    const program = await programs.get(
      `evaluate ${shapeName(shape)}${recipe.adapter ? ` ${kindOf(recipe)}` : ''}`,
      () => evaluateProgram(config, shape, recipe),
    )
    const { loss, count, correct } = await program.run(state, {
      ...batchInputs(batch, shape),
      ...adapterInputs(recipe, settings),
    })
    sum += only(loss)
    targets += only(count)
    hits += only(correct)
  }
  return { loss: sum, count: targets, correct: hits }
}

/** The shape of a program that takes each of some batches, which are of one shape. */
function shapeOf(
  batches: readonly Batch[],
  { adapter }: Recipe,
  engine: Pick<Engine, 'shardCount'>,
): BatchShape {
  const [{ rows, length }] = batches as [Batch]
  const parts = partsOf(rows, engine.shardCount(rows * length))
  // Dropout draws a row's mask over all of its positions
  const targets = adapter?.layers.includes('lm_head') ? undefined : targetsOf(batches, parts)
  return { rows, length, parts, ...(targets === undefined ? {} : { targets }) }
}

/** Recipes of one kind share programs. */
function kindOf(recipe: Recipe): string {
  return JSON.stringify(recipe)
}

/** Exactly the values that there are specs for. */
function named(specs: Named<TensorSpec>, values: Named<HostTensor>): Named<HostTensor> {
  return Object.fromEntries(
    Object.keys(specs).map(name => {
      const value = values[name]
      if (!value) throw new Error(`${name} is missing`)
      return [name, value]
    }),
  )
}

function zeros(specs: Named<TensorSpec>): Named<HostTensor> {
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [
      name,
      { ...spec, data: new Float32Array(sizeOf(spec.shape)) },
    ]),
  )
}

function only(tensor: HostTensor | undefined): number {
  if (!tensor) throw new Error('the program has no such output')
  return tensor.data[0]!
}
