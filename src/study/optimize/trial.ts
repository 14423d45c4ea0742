import { UserError } from '../../errors.js'
import type { EpochMetrics } from '../../record/metric.js'
import { Mutex } from '../../util/mutex.js'
import type { AskTell } from '../ask-tell/ask-tell.js'
import type { AskedTrial } from '../ask-tell/protocol.js'

/**
 * Thrown by `trial.prune()`: ends the trial as pruned.
 *
 * @example
 * await optimize({
 *   space: { x: float(0, 1) },
 *   trials: 2,
 *   objective: trial => {
 *     try {
 *       trial.prune()
 *     } catch (error) {
 *       console.log(error instanceof TrialPruned)
 *       throw error
 *     }
 *   },
 * })
 */
export class TrialPruned extends Error {
  override readonly name = 'TrialPruned'
}

/** One call of an objective. */
export class ObjectiveTrial<P> {
  /** From 0. */
  readonly number: number
  /** The configuration to try. */
  readonly params: P
  /** Aborted when the whole optimization is to end. */
  readonly signal: AbortSignal
  readonly #attempt: number
  readonly #askTell: AskTell
  readonly #writes = new Mutex()
  readonly #history: EpochMetrics[] = []
  #failure: unknown
  #since = performance.now()

  constructor({ number, attempt, params }: AskedTrial<P>, askTell: AskTell, signal: AbortSignal) {
    this.number = number
    this.params = params
    this.signal = signal
    this.#attempt = attempt
    this.#askTell = askTell
  }

  /**
   * Reports the objective after an epoch. A trial that reports counts by its best epoch.
   *
   * @param epoch from 1, without gaps
   * @throws UserError for an epoch out of order
   */
  report(epoch: number, value: number): void {
    const next = this.#history.length + 1
    if (epoch !== next)
      throw new UserError(
        `trial ${this.number}`,
        `reports epoch ${epoch} ${next === 1 ? 'first' : `after epoch ${next - 1}`}`,
        `Report every epoch once, the next is ${next}`,
      )
    const now = performance.now()
    const seconds = (now - this.#since) / 1000
    this.#since = now
    const metrics = {
      epoch,
      loss: null,
      valLoss: value,
      learningRate: null,
      tokens: 0,
      seconds,
    }
    this.#history.push(metrics)
    const report = { trial: this.number, attempt: this.#attempt, metrics }
    this.#writes
      .run(() => this.#askTell.report(report))
      .catch((error: unknown) => (this.#failure ??= error))
  }

  /** Whether the pruner gives the trial up after what it has reported so far. */
  shouldPrune(): boolean {
    return this.#askTell.pruneReason(this.number, this.#history) !== null
  }

  /** Whether no further epoch is wanted: by the early-stopping rule, or because all is to end. */
  shouldStop(): boolean {
    return this.signal.aborted || this.#askTell.stopReason(this.number, this.#history) !== null
  }

  /** Ends the trial as pruned. */
  prune(): never {
    throw new TrialPruned(`trial ${this.number} is pruned`)
  }

  /** Values reported so far. */
  get reports(): readonly number[] {
    return this.#history.map(({ valLoss }) => valLoss)
  }

  /** @ignore Resolves when all reports are recorded. */
  async recorded(): Promise<void> {
    await this.#writes.idle()
    if (this.#failure !== undefined) throw this.#failure as Error
  }
}
