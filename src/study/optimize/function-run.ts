import { Changes } from '../../util/changes.js'
import { Mutex } from '../../util/mutex.js'
import { AskTell } from '../ask-tell/ask-tell.js'
import type { AskedTrial, TrialResult } from '../ask-tell/protocol.js'
import type { Strategies } from '../decision/strategies.js'
import type { Listener } from '../events.js'
import { controlMethods } from '../session/control.js'
import { exportFrom } from '../session/export.js'
import type { TrialContext } from '../trials/context.js'
import { endSearch } from '../trials/end.js'
import { optimizeResult, type OptimizeResult } from './result.js'
import { isShared, type OptimizeStore } from './stores.js'
import { ObjectiveTrial, TrialPruned } from './trial.js'

/** Who trains the trials of a call, in the record. */
const OWNER = 'optimize'

export interface FunctionRunOptions<P> {
  readonly objective: (trial: ObjectiveTrial<P>) => unknown
  readonly slots?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onEvent?: Listener | undefined
}

/** The trials of one `optimize` call: it asks for them, calls the objective, and tells. */
export class FunctionRun<P> {
  readonly #store: OptimizeStore
  readonly #context: TrialContext
  readonly #askTell: AskTell
  readonly #options: FunctionRunOptions<P>
  readonly #stopping = new AbortController()
  readonly #changes = new Changes()
  /** Trials that an earlier call had begun when it was killed. */
  readonly #orphans: number[]
  #active = 0
  #reason = ''

  constructor(store: OptimizeStore, strategies: Strategies, options: FunctionRunOptions<P>) {
    this.#store = store
    this.#options = options
    this.#context = {
      store,
      on: event => options.onEvent?.(event),
      signal: this.#stopping.signal,
      mutex: new Mutex(),
      strategies,
    }
    this.#askTell = new AskTell(this.#context, () => this.#changes.announce(), {
      judgesReports: options.onEvent !== undefined,
    })
    this.#orphans = store.document.trials
      .filter(trial => trial.state === 'running' && trial.owner === OWNER)
      .map(({ number }) => number)
  }

  /** Calls the objective until no trial is left, or the call's signal is aborted. */
  async run(): Promise<OptimizeResult<P>> {
    const { signal, slots = 1 } = this.#options
    const stop = () => this.#stop()
    signal?.addEventListener('abort', stop)
    if (signal?.aborted) stop()
    this.#serve(stop)
    try {
      await Promise.all(Array.from({ length: slots }, () => this.#fillSlot()))
      const end = await endSearch(this.#context, this.#reason)
      await this.#store.update(document => ({ ...document, ...end }))
      return optimizeResult<P>(this.#store, end)
    } finally {
      signal?.removeEventListener('abort', stop)
    }
  }

  #stop(): void {
    this.#stopping.abort()
    this.#changes.announce()
  }

  /** A stored study can be paused, stopped and asked for trials by other processes meanwhile. */
  #serve(stop: () => void): void {
    if (!isShared(this.#store)) return
    this.#store.control.serve(
      controlMethods({
        context: this.#context,
        askTell: this.#askTell,
        stop,
        changed: () => this.#changes.announce(),
        export: request => exportFrom(this.#store, null, request),
      }),
    )
  }

  async #fillSlot(): Promise<void> {
    for (;;) {
      const change = this.#changes.next()
      const trial = this.#orphans.shift()
      const answer = await this.#askTell.ask({ owner: OWNER, trial })
      if (answer.kind === 'trial') {
        this.#active++
        await this.#try(answer.trial as AskedTrial<P>)
        this.#active--
        this.#changes.announce()
        continue
      }
      this.#reason = answer.reason
      const paused = this.#store.document.paused && !this.#stopping.signal.aborted
      if (this.#active === 0 && !paused) return
      await change
    }
  }

  async #try(request: AskedTrial<P>): Promise<void> {
    const { signal } = this.#stopping
    const trial = new ObjectiveTrial<P>(request, this.#askTell, signal)
    const result = await this.#call(trial)
    await trial.recorded()
    // A trial that gave up because all is to end is tried again by the next call.
    if (result === null) return
    await this.#askTell.tell({ trial: request.number, attempt: request.attempt, ...result })
  }

  async #call(trial: ObjectiveTrial<P>): Promise<TrialResult | null> {
    try {
      const value = await this.#options.objective(trial)
      if (value !== undefined && typeof value !== 'number')
        return invalid(`the objective returned ${typeof value}, not a number`)
      if (value === undefined && trial.reports.length === 0)
        return invalid('the objective returned nothing, and reported no epoch')
      if (value !== undefined && !Number.isFinite(value))
        return {
          state: 'failed',
          failure: 'diverged',
          message: `the objective returned ${value}`,
        }
      return { state: 'complete', valLoss: value }
    } catch (error) {
      if (error instanceof TrialPruned && trial.reports.length > 0) return { state: 'pruned' }
      if (this.#stopping.signal.aborted) return null
      return { state: 'failed', message: error instanceof Error ? error.message : String(error) }
    }
  }
}

function invalid(message: string): TrialResult {
  return { state: 'failed', failure: 'invalid', message }
}
