import type * as tensorflow from '@tensorflow/tfjs'
import type { HostTensor, Named, Program } from '../../compile/program.js'
import type { Params } from '../../space/parameter.js'
import type { SpecLike, TensorLike } from './tensors.js'

/**
 * What a training says of an epoch that has ended. Further numbers are recorded beside, by their
 * own names.
 */
export interface Report {
  /** From 1. */
  readonly epoch: number
  /** What the study makes as small as it can, measured on examples that training does not see. */
  readonly valLoss: number
  /** Mean loss over the examples trained on: with it, learning by heart shows sooner. */
  readonly loss?: number
  readonly learningRate?: number
  readonly tokens?: number
  readonly [name: string]: number | undefined
}

/** A trial as a training module sees it. */
export interface Trial<P extends Params = Params> {
  /** From 0. */
  readonly number: number
  /** From 1; more after an interruption. */
  readonly attempt: number
  readonly params: P
  /** Most epochs to run: `params.epochs`. */
  readonly epochs: number
  /** A number in [0, 2³¹) that depends on the study's seed and the trial alone. */
  readonly seed: number
  /**
   * TensorFlow.js, ready: on TensorFlow where that has been installed, else on WebAssembly. Use
   * this one: another copy's tensors cannot be compiled.
   */
  readonly tf: typeof tensorflow
  /** CPU threads that belong to the trial. */
  readonly threads: number
  /**
   * Folder for the files of the running epoch. What is in it when an epoch is reported is kept as
   * that epoch's checkpoint: the last one to go on from, the best one to export.
   */
  readonly checkpoint: string
  /**
   * Keeps named values in `checkpoint`: tensors, and whatever JSON can say. Before the epoch is
   * reported.
   */
  save(state: Readonly<Record<string, unknown>>): Promise<void>
  /**
   * Where an earlier attempt had got to, with its files and what it saved; null for a fresh start.
   * Go on with the next epoch.
   */
  readonly resumed: {
    readonly epoch: number
    readonly dir: string
    readonly state: Named<unknown>
  } | null
  /**
   * Ends an epoch. Once no further one is wanted it gives false; the call after that throws and so
   * ends a loop that did not look.
   *
   * @throws UserError when epochs do not follow each other
   */
  report(metrics: Report): Promise<boolean>
  /** Inside an epoch, as often as you like: what the progress bars show. */
  progress(at: {
    readonly epoch: number
    readonly step: number
    readonly steps: number
    readonly loss?: number
  }): void
  /**
   * True when the trial should end: its verdict is clear, its epochs are spent, or somebody stopped
   * the study.
   */
  readonly shouldStop: boolean
  /** Aborted when `shouldStop` becomes true, as soon as the training awaits something. */
  readonly signal: AbortSignal
  /** A word for whoever watches the study. */
  note(message: string): void
  /**
   * Makes one call of many tensor operations: written down once, run as one graph by the fastest
   * engine. What cannot be written down runs operation by operation, and says why.
   */
  compile(request: CompileRequest): Promise<Compiled>
}

export interface CompileRequest {
  /** For messages. */
  readonly name?: string
  /**
   * What stays between calls, with its values to begin with: weights, moments. Or another compiled
   * program, whose state is shared.
   */
  readonly state?: Named<TensorLike> | Compiled
  /**
   * What goes in with each call: a shape is one of float32, other dtypes are `{ shape, dtype }`.
   * Other shapes are another program.
   */
  readonly inputs: Named<SpecLike>
  /**
   * A pure function in operations of `trial.tf`, gradients included. It reads no value back, and
   * draws no random number: feed those.
   *
   * @returns `outputs` come out of the call; `state` replaces the state of those names
   */
  readonly body: Program['body']
  /** Operation by operation, without a graph: to compare, or to debug. */
  readonly eager?: boolean
}

/** A compiled program with its state. */
export interface Compiled {
  /** `onnxruntime`, or what TUNE_ENGINE names; `tfjs-…` where it runs operation by operation. */
  readonly engine: string
  /** Why it runs operation by operation; null while it does not. */
  readonly eager: string | null
  /** @returns the outputs; a scalar's value is `data[0]` */
  run(inputs: Named<TensorLike>): Promise<Named<HostTensor>>
  /** @param names all when left out @returns copies */
  read(names?: readonly string[]): Promise<Named<HostTensor>>
  write(values: Named<TensorLike>): Promise<void>
}

/**
 * Gives a training its type: `export const train = defineTraining(async trial => { … })`.
 *
 * @example
 * const train = defineTraining<{ lr: number; epochs: number }>(async trial => {
 *   for (let epoch = 1; epoch <= trial.epochs; epoch++)
 *     if (!(await trial.report({ epoch, valLoss: trial.params.lr / epoch }))) break
 * })
 * console.log(train)
 */
export function defineTraining<P extends Params = Params>(
  train: (trial: Trial<P>) => Promise<void> | void,
): (trial: Trial<P>) => Promise<void> | void {
  return train
}
