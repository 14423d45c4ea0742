/**
 * Aborts a transfer in which nothing has arrived for a while.
 *
 * @example
 * const watch = new StallWatch(60_000, signal)
 * try {
 *   const response = await fetch(url, { signal: watch.signal })
 *   for await (const chunk of response.body) watch.progress()
 * } finally {
 *   watch.end()
 * }
 */
export class StallWatch {
  /** Aborted by the caller's signal too. */
  readonly signal: AbortSignal
  readonly #limit: number
  readonly #stalled = new AbortController()
  #timer: NodeJS.Timeout | undefined

  /** @param limit milliseconds without progress */
  constructor(limit: number, signal?: AbortSignal) {
    this.#limit = limit
    this.signal = signal ? AbortSignal.any([signal, this.#stalled.signal]) : this.#stalled.signal
    this.progress()
  }

  /** Something has arrived. */
  progress(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(
      () => this.#stalled.abort(new Error(`nothing has arrived for ${this.#limit / 1000} s`)),
      this.#limit,
    )
  }

  end(): void {
    clearTimeout(this.#timer)
  }
}
