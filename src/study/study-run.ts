import type { StudyDocument } from '../record/document.js'
import type { StudyEvent } from './events.js'
import { runStudy, type RunRequest } from './session/run.js'

/** A study that runs: await its end, or iterate over its events. */
export class StudyRun implements PromiseLike<StudyDocument>, AsyncIterable<StudyEvent> {
  readonly #end: Promise<StudyDocument>
  readonly #stopping = new AbortController()
  readonly #events: StudyEvent[] = []
  #iterated = false
  #wake: () => void = () => undefined

  /** @ignore Made by `study.run()`. @param ended gets the record at the end */
  constructor(
    { signal, onEvent, ...request }: RunRequest,
    ended: (document: StudyDocument) => void,
  ) {
    const stop = () => this.stop()
    signal?.addEventListener('abort', stop)
    if (signal?.aborted) stop()
    // The first event comes after the caller had time to begin iterating.
    this.#end = runStudy({
      ...request,
      signal: this.#stopping.signal,
      onEvent: event => {
        onEvent?.(event)
        if (!this.#iterated) return
        this.#events.push(event)
        this.#wake()
      },
    })
      .then(document => {
        ended(document)
        return document
      })
      .finally(() => signal?.removeEventListener('abort', stop))
  }

  /** Ends the run in good order: running epochs end, the state is saved. */
  stop(): void {
    this.#stopping.abort()
  }

  then<A = StudyDocument, B = never>(
    fulfilled?: ((document: StudyDocument) => A | PromiseLike<A>) | null,
    rejected?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#end.then(fulfilled, rejected)
  }

  async *#iterate(): AsyncGenerator<StudyEvent, void> {
    let over = false
    const end = this.#end.then(
      () => ((over = true), this.#wake()),
      () => ((over = true), this.#wake()),
    )
    try {
      for (;;) {
        const woken = new Promise<void>(resolve => (this.#wake = resolve))
        const event = this.#events.shift()
        if (event) yield event
        else if (over) break
        else await woken
      }
      await this.#end
    } finally {
      this.stop()
      await end
    }
  }

  [Symbol.asyncIterator](): AsyncIterator<StudyEvent> {
    this.#iterated = true
    return this.#iterate()
  }
}
