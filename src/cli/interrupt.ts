const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Messages for the terminal, each asked for when it is due. */
export interface InterruptMessages {
  /** At the first signal. */
  stopping(): void
  /** At the second, just before the process exits. */
  leaving(): void
}

/**
 * Ctrl-C once: `signal` is aborted, and the program ends in good order. Twice: the process exits at
 * once, with 130 (143 after SIGTERM).
 */
export class Interrupt {
  static #current: Interrupt | null = null
  readonly #controller = new AbortController()
  #state: 'running' | 'stopping' = 'running'

  constructor(
    private readonly messages: InterruptMessages = { stopping() {}, leaving() {} },
    private readonly exit: (code: number) => void = code => process.exit(code),
  ) {
    for (const name of SIGNALS) process.on(name, this.#receive)
    Interrupt.#current = this
  }

  /** The one that takes signals now; null if they have their usual effect. */
  static get current(): Interrupt | null {
    return Interrupt.#current
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** As at the first signal, without its message; nothing if one has come. */
  stop(): void {
    if (this.#state === 'stopping') return
    this.#state = 'stopping'
    this.#controller.abort()
  }

  /** Gives the signals back their usual effect. */
  close(): void {
    if (Interrupt.#current === this) Interrupt.#current = null
    for (const name of SIGNALS) process.off(name, this.#receive)
  }

  #receive = (name: NodeJS.Signals): void => {
    switch (this.#state) {
      case 'running':
        this.messages.stopping()
        return this.stop()
      case 'stopping':
        this.messages.leaving()
        return this.exit(name === 'SIGTERM' ? 143 : 130)
    }
  }
}

/** Resolves at the first Ctrl-C: for what runs until somebody ends it. */
export async function interruption(): Promise<void> {
  const interrupt = new Interrupt()
  await new Promise(resolve => interrupt.signal.addEventListener('abort', resolve))
  interrupt.close()
}
