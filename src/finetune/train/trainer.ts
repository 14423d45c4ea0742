import type { Engine, State } from '../../compile/engine.js'
import type { HostTensor, Named, TensorSpec } from '../../compile/program.js'
import type { Batch } from '../data/batches.js'
import type { DecoderConfig } from '../model/config.js'
import { runnablesOn, type Runnables } from '../model/runnables.js'
import { sizeOf, weightSpecs } from '../model/weights.js'
import { adamwInputs, momentSpecs, type StepSettings } from './adamw.js'
import { batchInputs } from './batch.js'
import { evaluateProgram, trainProgram } from './programs.js'

/** Nats over the trained targets of one batch, or of several. */
export interface LossSum {
  readonly loss: number
  readonly count: number
}

export interface StepResult extends LossSum {
  /** L2 norm of all gradients before clipping. */
  readonly norm: number
}

/** A model in training: weights and moments live with the engine. Its calls are made one after the other. */
export interface Trainer {
  /** Steps taken so far. */
  readonly steps: number
  step(batch: Batch, settings: StepSettings): Promise<StepResult>
  evaluate(batches: readonly Batch[]): Promise<LossSum>
  /** Copies, by Hugging Face name. */
  weights(): Promise<Named<HostTensor>>
  /** Copies, as `m/NAME` and `v/NAME`. */
  moments(): Promise<Named<HostTensor>>
  dispose(): void
}

export interface TrainerOptions {
  readonly weights: Named<HostTensor>
  /** Where an earlier training stood; a fresh one when left out. */
  readonly from?: { readonly moments: Named<HostTensor>; readonly steps: number }
  /** Programs shared with other trainers of the same model on the same engine; disposed of by their owner. */
  readonly runnables?: Runnables
}

/** @example const trainer = await createTrainer(engine, config, { weights: initialWeights(config, seed) }) */
export async function createTrainer(engine: Engine, config: DecoderConfig, { weights, from, runnables }: TrainerOptions): Promise<Trainer> {
  const programs = runnables ?? runnablesOn(engine)
  const specs = weightSpecs(config)
  const moments = momentSpecs(specs)
  const state = await engine.createState({ ...named(specs, weights), ...named(moments, from?.moments ?? zeros(moments)) })
  let steps = from?.steps ?? 0
  return {
    get steps() {
      return steps
    },
    async step(batch, settings) {
      const { rows, length } = batch
      const program = await programs.get(`train ${rows}x${length}`, () => trainProgram(config, { rows, length }))
      const { loss, count, norm } = await program.run(state, { ...batchInputs(batch), ...adamwInputs(steps + 1, settings) })
      steps += 1
      return { loss: only(loss), count: only(count), norm: only(norm) }
    },
    evaluate: batches => evaluateWith(programs, config, state, batches),
    weights: () => state.read(Object.keys(specs)),
    moments: () => state.read(Object.keys(moments)),
    dispose() {
      state.dispose()
      if (!runnables) void programs.dispose()
    },
  }
}

/** @param state holds at least the weights @returns sums over all batches */
export async function evaluateWith(programs: Runnables, config: DecoderConfig, state: State, batches: readonly Batch[]): Promise<LossSum> {
  let sum = 0
  let targets = 0
  for (const batch of batches) {
    const { rows, length } = batch
    const program = await programs.get(`evaluate ${rows}x${length}`, () => evaluateProgram(config, { rows, length }))
    const { loss, count } = await program.run(state, batchInputs(batch))
    sum += only(loss)
    targets += only(count)
  }
  return { loss: sum, count: targets }
}

/** Exactly the values that there are specs for. */
function named(specs: Named<TensorSpec>, values: Named<HostTensor>): Named<HostTensor> {
  return Object.fromEntries(Object.keys(specs).map(name => {
    const value = values[name]
    if (!value) throw new Error(`${name} is missing`)
    return [name, value]
  }))
}

function zeros(specs: Named<TensorSpec>): Named<HostTensor> {
  return Object.fromEntries(Object.entries(specs).map(([name, spec]) => [name, { ...spec, data: new Float32Array(sizeOf(spec.shape)) }]))
}

function only(tensor: HostTensor | undefined): number {
  if (!tensor) throw new Error('the program has no such output')
  return tensor.data[0]!
}
