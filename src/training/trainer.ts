import type { Engine, State } from '../compile/engine.js'
import type { HostTensor, Named, TensorSpec } from '../compile/program.js'
import type { Batch } from '../dataset/batches.js'
import type { DecoderConfig } from '../decoder/config.js'
import { runnablesOn, type Runnables } from '../decoder/runnables.js'
import { elementCount } from '../util/element-count.js'
import { batchInputs } from './batch.js'
import {
  evaluateModel,
  programShape,
  scalarValue,
  variantKey,
  type Evaluation,
  type LossSum,
} from './evaluate.js'
import { inMicroBatches, type Fitting } from './micro-batch.js'
import { momentSpecs, OPTIMIZERS, type StepSettings } from './optimizers/index.js'
import { accumulateProgram, shapeName, sumSpecs, trainProgram, updateProgram } from './programs.js'
import {
  gradientInputs,
  PLAIN,
  trainableSpecs,
  updateInputs,
  type GradientSettings,
  type MicroBatch,
  type TrainingVariant,
} from './variant.js'

export interface StepResult extends LossSum {
  /** L2 norm of all gradients before clipping. */
  readonly norm: number
}

/** A model in training: weights and moments are with the engine. Calls must not overlap. */
export interface Trainer {
  /** Steps taken so far. */
  readonly steps: number
  /** The largest number of micro-batches that a step was taken in; 1 if whole batches fit. */
  readonly microBatches: number
  /**
   * One optimizer step. A batch that does not fit into memory at once is divided into
   * micro-batches; the step is the same.
   *
   * @throws the engine's error; a step that failed has changed nothing
   */
  step(batch: Batch, settings: StepSettings & GradientSettings): Promise<StepResult>
  /** @param settings of an adapter; without one the default does */
  evaluate(
    batches: readonly Batch[],
    settings?: Pick<GradientSettings, 'adapterScale'>,
  ): Promise<Evaluation>
  /** Copies of the trained weights: the model's by Hugging Face name, or an adapter's. */
  weights(): Promise<Named<HostTensor>>
  /** Copies of the optimizer's moments, as `m/NAME` and `v/NAME`. */
  moments(): Promise<Named<HostTensor>>
  dispose(): void
}

export interface TrainerOptions {
  /** The initial values of the trained weights. */
  readonly weights: Named<HostTensor>
  /** Holds the model's weights if an adapter is trained beside them; only read. */
  readonly frozen?: State
  /** Keys the draws of dropout; 0 by default. */
  readonly dropoutKey?: number
  /** Where an earlier training stopped; a new one begins with moments of zero at step 0. */
  readonly resume?: { readonly moments: Named<HostTensor>; readonly steps: number }
  /** `PLAIN` by default. */
  readonly variant?: TrainingVariant
  /** How many rows go through the model at once; whole batches by default. */
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
 * @throws Error if a weight or a moment is missing
 */
export async function createTrainer(
  engine: Engine,
  config: DecoderConfig,
  options: TrainerOptions,
): Promise<Trainer> {
  const { weights, resume, variant = PLAIN } = options
  const specs = trainableSpecs(config, variant)
  const moments = momentSpecs(OPTIMIZERS[variant.optimizer], specs)
  const state = await engine.createState({
    ...select(specs, weights),
    ...select(moments, resume?.moments ?? zeros(moments)),
  })
  return new EngineTrainer(engine, config, variant, state, Object.keys(moments), options)
}

/** The trainer over an engine's state: the weights and moments of step `steps`. */
class EngineTrainer implements Trainer {
  readonly #programs: Runnables
  readonly #specs: Named<TensorSpec>
  readonly #key: string
  /** All states that a program of gradients reads. */
  readonly #states: readonly State[]
  /** Gradients summed over micro-batches: all zero between two steps; created by the first use. */
  #sums: State | null = null
  #steps: number
  #microBatches = 1

  constructor(
    private readonly engine: Engine,
    private readonly config: DecoderConfig,
    private readonly variant: TrainingVariant,
    private readonly state: State,
    private readonly momentNames: readonly string[],
    private readonly options: TrainerOptions,
  ) {
    this.#programs = options.runnables ?? runnablesOn(engine)
    this.#specs = trainableSpecs(config, variant)
    this.#key = variantKey(variant)
    this.#states = options.frozen ? [state, options.frozen] : [state]
    this.#steps = options.resume?.steps ?? 0
  }

  get steps(): number {
    return this.#steps
  }

  get microBatches(): number {
    return this.#microBatches
  }

  async step(batch: Batch, settings: StepSettings & GradientSettings): Promise<StepResult> {
    const count = batch.lossMask.reduce((sum, mask) => sum + mask, 0)
    const rows: MicroBatch = {
      // A batch of padding alone has no targets: it must not divide by zero
      lossScale: 1 / Math.max(1, count),
      dropoutKey: this.options.dropoutKey ?? 0,
      step: this.#steps + 1,
      firstRow: 0,
      rows: batch.rows,
    }
    const result = await inMicroBatches(batch, this.options.fitting, microBatches =>
      microBatches.length === 1
        ? this.#stepAtOnce(microBatches[0]!, rows, settings)
        : this.#stepAccumulated(microBatches, rows, settings),
    )
    this.#steps += 1
    return { ...result, count }
  }

  evaluate(
    batches: readonly Batch[],
    settings?: Pick<GradientSettings, 'adapterScale'>,
  ): Promise<Evaluation> {
    const { config, variant } = this
    return evaluateModel(this.#programs, config, this.#states, batches, variant, settings)
  }

  weights(): Promise<Named<HostTensor>> {
    return this.state.read(Object.keys(this.#specs))
  }

  moments(): Promise<Named<HostTensor>> {
    return this.state.read([...this.momentNames])
  }

  dispose(): void {
    this.state.dispose()
    this.#sums?.dispose()
    if (!this.options.runnables) void this.#programs.dispose()
  }

  async #stepAtOnce(
    batch: Batch,
    rows: MicroBatch,
    settings: StepSettings & GradientSettings,
  ): Promise<{ loss: number; norm: number }> {
    const { config, variant } = this
    const shape = programShape([batch], variant, this.#programs)
    const program = await this.#programs.get(`train ${shapeName(shape)} ${this.#key}`, () =>
      trainProgram(config, shape, variant),
    )
    const { loss, norm } = await program.run(this.#states, {
      ...batchInputs(batch, shape),
      ...gradientInputs(variant, rows, settings),
      ...updateInputs(variant, rows.step, settings),
    })
    return { loss: scalarValue(loss), norm: scalarValue(norm) }
  }

  async #stepAccumulated(
    microBatches: readonly Batch[],
    rows: MicroBatch,
    settings: StepSettings & GradientSettings,
  ): Promise<{ loss: number; norm: number }> {
    const { config, variant } = this
    const sums = await this.#emptySums()
    const loss = await this.#accumulate(microBatches, rows, settings, sums)
    this.#microBatches = Math.max(this.#microBatches, microBatches.length)
    const update = await this.#programs.get(`update ${this.#key}`, () =>
      updateProgram(config, variant),
    )
    const inputs = updateInputs(variant, rows.step, settings)
    const { norm } = await update.run([this.state, sums], inputs)
    return { loss, norm: scalarValue(norm) }
  }

  /** @returns the summed loss of the micro-batches, nats; their gradients are added to `sums` */
  async #accumulate(
    microBatches: readonly Batch[],
    first: MicroBatch,
    settings: GradientSettings,
    sums: State,
  ): Promise<number> {
    const { config, variant } = this
    const shape = programShape(microBatches, variant, this.#programs)
    const { rows } = shape
    const program = await this.#programs.get(`accumulate ${shapeName(shape)} ${this.#key}`, () =>
      accumulateProgram(config, shape, variant),
    )
    let total = 0
    try {
      for (const [i, batch] of microBatches.entries()) {
        const { loss } = await program.run([...this.#states, sums], {
          ...batchInputs(batch, shape),
          ...gradientInputs(variant, { ...first, firstRow: i * rows, rows }, settings),
        })
        total += scalarValue(loss)
      }
    } catch (error) {
      // What was added must not count when the step is tried again in smaller micro-batches
      sums.dispose()
      this.#sums = null
      throw error
    }
    return total
  }

  async #emptySums(): Promise<State> {
    this.#sums ??= await this.engine.createState(zeros(sumSpecs(this.#specs)))
    return this.#sums
  }
}

/** Exactly the values that there are specs for. */
function select(specs: Named<TensorSpec>, values: Named<HostTensor>): Named<HostTensor> {
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
      { ...spec, data: new Float32Array(elementCount(spec.shape)) },
    ]),
  )
}
