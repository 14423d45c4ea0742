import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { compiledPath } from '../../compiled.js'
import { deserializeError, type SerializedError } from '../../trial/serialized-error.js'
import type { Decision, DecisionInput } from './decide.js'

/** The thread's answer to an input. */
export type Answer = { readonly decision: Decision } | { readonly error: SerializedError }

/**
 * Makes decisions in a thread of its own, so that neither page nor heartbeat waits for a model.
 *
 * `idle`: no thread, or one that waits. `deciding`: one decision is on its way. `closed`: takes
 * nothing more. A thread that ended is replaced at the next decision.
 */
export class Decider {
  readonly #file: string
  #thread: Worker | null = null
  #state: 'idle' | 'deciding' | 'closed' = 'idle'

  /** @param file what the thread runs */
  constructor(file = compiledPath('study/decision/deciding')) {
    this.#file = file
    this.#start()
  }

  get state(): 'idle' | 'deciding' | 'closed' {
    return this.#state
  }

  /**
   * What `decide` gives here, to the last bit.
   *
   * @throws whatever `decide` throws
   * @throws Error if another decision is on its way, the thread ended, or the decider is closed
   */
  async decide(input: DecisionInput): Promise<Decision> {
    if (this.#state !== 'idle')
      throw new Error(`a decision was requested while the decider is ${this.#state}`)
    this.#state = 'deciding'
    try {
      const answer = await this.#answer(this.#thread ?? this.#start(), input)
      if ('error' in answer) throw deserializeError(answer.error)
      return answer.decision
    } finally {
      // It may have been closed meanwhile.
      if (this.#state === 'deciding') this.#state = 'idle'
    }
  }

  async close(): Promise<void> {
    this.#state = 'closed'
    await this.#thread?.terminate()
    this.#thread = null
  }

  #start(): Worker {
    const thread = new Worker(this.#file, { execArgv: [] })
    // A waiting thread keeps no process alive that has nothing else to do.
    thread.unref()
    return (this.#thread = thread)
  }

  async #answer(thread: Worker, input: DecisionInput): Promise<Answer> {
    const settled = new AbortController()
    const { signal } = settled
    thread.ref()
    const answered = once(thread, 'message', { signal }).then(([answer]) => answer as Answer)
    const ended = once(thread, 'exit', { signal }).then(([code]) => {
      throw new Error(`the thread that decides ended with code ${code}`)
    })
    ended.catch(() => undefined)
    try {
      thread.postMessage(input)
      return await Promise.race([answered, ended])
    } catch (error) {
      this.#thread = null
      await thread.terminate()
      throw error
    } finally {
      answered.catch(() => undefined)
      settled.abort()
      thread.unref()
    }
  }
}
