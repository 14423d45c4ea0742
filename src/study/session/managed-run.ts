import { trialKind } from '../../kinds/index.js'
import { AskTell } from '../ask-tell/ask-tell.js'
import type { StudyEvent } from '../events.js'
import type { FileStudyStore } from '../../storage/index.js'
import { controlMethods } from './control.js'
import type { ElasticPool } from './elastic-pool.js'
import { endSearch, type SearchEnd } from '../trials/end.js'
import { exportFrom } from './export.js'
import { Scheduler } from './manager.js'
import type { TrialContext } from '../trials/context.js'

/** A search while this process runs it: it fills its slots and answers other processes. */
export class ManagedRun {
  readonly #context: TrialContext
  readonly #askTell: AskTell
  #scheduler: Scheduler | null = null
  #pool: ElasticPool | null = null
  #devices = 1
  #wake: () => void = () => undefined

  /** @param stop ends the run in good order */
  constructor(context: TrialContext & { readonly store: FileStudyStore }, stop: () => void) {
    this.#context = context
    this.#askTell = new AskTell(context, () => this.#changed())
    context.signal.addEventListener('abort', () => this.#changed(), { once: true })
    context.store.control.serve(
      controlMethods({
        context,
        askTell: this.#askTell,
        stop,
        changed: () => this.#changed(),
        again: leaders => this.#scheduler?.again(leaders),
        setSlots: slots => this.#setSlots(slots),
        export: request => exportFrom(context.store, this.#pool, request),
      }),
    )
  }

  /** Runs trials in the slots of a pool, on so many devices. */
  async search(pool: ElasticPool, devices: number): Promise<SearchEnd> {
    this.#pool = pool
    this.#devices = devices
    this.#scheduler = new Scheduler({ ...this.#context, pool })
    const { signal, store } = this.#context
    const { stopWithin } = trialKind(store.document.spec.task)
    let late: NodeJS.Timeout | undefined
    const limit = () => {
      if (stopWithin !== undefined) late = setTimeout(() => void pool.close(), stopWithin)
    }
    signal.addEventListener('abort', limit, { once: true })
    if (signal.aborted) limit()
    return this.#scheduler.run().finally(() => clearTimeout(late))
  }

  /** Hands out trials to callers until none is left, or the study is stopped. */
  async serveCallers(): Promise<SearchEnd> {
    const { signal } = this.#context
    for (;;) {
      const changed = new Promise<void>(resolve => (this.#wake = resolve))
      const reason = this.#askTell.overReason()
      if (reason !== null || signal.aborted) return endSearch(this.#context, reason ?? '')
      await changed
    }
  }

  #changed(): void {
    this.#scheduler?.changed()
    this.#wake()
  }

  async #setSlots(slots: number): Promise<number> {
    await this.#pool?.grow(slots, this.#devices)
    if (this.#scheduler) this.#scheduler.slots = slots
    return slots
  }
}

/** An event as it is sent to other processes: the study's document they can read by themselves. */
export function published(event: StudyEvent): object {
  if (!('document' in event)) return event
  const { document: _, ...rest } = event
  return rest
}
