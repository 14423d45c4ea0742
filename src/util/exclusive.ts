/**
 * Lets work run side by side, or one piece of it alone: whoever wants to be alone waits for those
 * that run, and those that come later wait for it.
 */
export class Exclusive {
  #running = 0
  #alone: Promise<void> | null = null
  #idle: (() => void) | null = null

  /** Runs beside others; waits while somebody is alone, or waits to be. */
  async beside<T>(work: () => Promise<T>): Promise<T> {
    while (this.#alone) await this.#alone
    this.#running++
    try {
      return await work()
    } finally {
      this.#running--
      if (this.#running === 0) this.#idle?.()
    }
  }

  /** Runs with nothing beside it. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    while (this.#alone) await this.#alone
    let end: () => void = () => undefined
    this.#alone = new Promise(resolve => (end = resolve))
    try {
      if (this.#running > 0) await new Promise<void>(resolve => (this.#idle = resolve))
      this.#idle = null
      return await work()
    } finally {
      this.#alone = null
      end()
    }
  }
}
