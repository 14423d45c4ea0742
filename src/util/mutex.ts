/**
 * Runs one piece of work at a time, in the order of the calls. A piece that fails does not keep the
 * next one from running.
 *
 * @example
 * const mutex = new Mutex()
 * await Promise.all([mutex.run(() => save(1)), mutex.run(() => save(2))]) // save(1) ends first
 */
export class Mutex {
  #last: Promise<unknown> = Promise.resolve()

  /** @returns what the work returns, or its rejection */
  run<T>(work: () => T | Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    this.#last = result.catch(() => undefined)
    return result
  }

  /** Resolves when all work that has been handed in so far has ended. Never rejects. */
  async idle(): Promise<void> {
    await this.#last
  }
}
