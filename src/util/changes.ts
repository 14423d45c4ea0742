/**
 * Wakes those who wait for a change. A change between two waits is not lost if the wait is prepared
 * before the state is looked at.
 *
 * @example
 * for (;;) {
 *   const change = changes.next()
 *   if (isDone()) break
 *   await change
 * }
 */
export class Changes {
  #waiting: (() => void)[] = []

  /** Resolves at the next change. */
  next(): Promise<void> {
    return new Promise(resolve => this.#waiting.push(resolve))
  }

  announce(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }
}
