import type { Mutex } from '../../util/mutex.js'
import type { Runnable, State } from '../engine.js'
import type { HostTensor, Named, Program } from '../program.js'

type Outputs = Named<HostTensor>

/** How an engine runs one program. Its calls never overlap. */
export interface Execution<S extends State> {
  run(states: readonly S[], inputs: Named<HostTensor>): Outputs | Promise<Outputs>
  dispose(): void | Promise<void>
}

/** Runs a program under an engine's mutex, until it is disposed. */
export class SerialRunnable<S extends State> implements Runnable {
  readonly #program: Program
  readonly #mutex: Mutex
  readonly #execution: Execution<S>
  #disposed = false

  constructor(program: Program, mutex: Mutex, execution: Execution<S>) {
    this.#program = program
    this.#mutex = mutex
    this.#execution = execution
  }

  run(states: State | readonly State[], inputs: Named<HostTensor>): Promise<Outputs> {
    return this.#mutex.run(() => {
      if (this.#disposed) throw new Error(`${this.#program.name}: was disposed`)
      const list = (Array.isArray(states) ? states : [states]) as readonly S[]
      return this.#execution.run(list, inputs)
    })
  }

  /** Calls that have not started yet fail. */
  dispose(): void {
    if (this.#disposed) return
    void this.#mutex.run(() => this.#execution.dispose())
    this.#disposed = true
  }
}
