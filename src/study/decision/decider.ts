import { Worker } from 'node:worker_threads'
import { compiledPath } from '../../compiled.js'
import { deserializeError, type SerializedError } from '../../trial/serialized-error.js'
import type { Decision, DecisionInput } from './decide.js'

/**
 * Makes decisions in a thread of its own: however long a model takes to fit, neither page nor
 * heartbeat waits.
 */
export interface Decider {
  /**
   * What `decide` gives here, to the last bit. One decision at a time. @throws whatever `decide`
   * throws
   */
  decide(input: DecisionInput): Promise<Decision>
  close(): Promise<void>
}

/** What the thread says for each input that it is given. */
export type Answer = { readonly decision: Decision } | { readonly error: SerializedError }

export function openDecider(): Decider {
  let worker: Worker | null = null

  function start(): Worker {
    const started = new Worker(compiledPath('study/decision/deciding'), { execArgv: [] })
    // It keeps no process alive that has nothing else to do.
    started.unref()
    return (worker = started)
  }

  start()
  return {
    decide: input =>
      new Promise((resolve, reject) => {
        const thread = worker ?? start()
        const settle = (act: () => void) => {
          thread.off('message', answered)
          thread.off('error', broken)
          thread.off('exit', gone)
          act()
        }
        const answered = (answer: Answer) =>
          settle(() =>
            'decision' in answer
              ? resolve(answer.decision)
              : reject(deserializeError(answer.error)),
          )
        // A thread that is gone is started anew for the next decision.
        const broken = (error: Error) => settle(() => ((worker = null), reject(error)))
        const gone = (code: number) =>
          settle(
            () => (
              (worker = null),
              reject(new Error(`the thread that decides ended with code ${code}`))
            ),
          )
        thread.on('message', answered).on('error', broken).on('exit', gone)
        thread.postMessage(input)
      }),
    async close() {
      await worker?.terminate()
      worker = null
    },
  }
}
