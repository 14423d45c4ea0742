import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { compiledPath } from '../compiled.js'
import type { FromHost, FromJob, ToHost } from './protocol.js'
import { serializeError } from './serialized-error.js'
import type { Task } from './worker.js'

/**
 * The process of one device: a pool of threads, and nothing else that could block it. It lives
 * exactly as long as its manager listens.
 */

// Ctrl-C reaches every process of the terminal. What happens then is for the manager to decide.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)

// Not process.exit(): it waits for threads, and a thread in the middle of a long native call does
// not end.
const die = () => process.kill(process.pid, 'SIGKILL')
process.on('disconnect', die)
if (!process.connected) die()

let open:
  | { readonly pool: Piscina<Task, void>; readonly threads: number; readonly jobModule: string }
  | undefined
/** Stop flags of the jobs that are here. */
const flags = new Map<number, Int32Array>()
/** Our ends of their ports. */
const ports = new Map<number, MessagePort>()

process.on('message', (message: ToHost) => {
  switch (message.type) {
    case 'open':
      open = {
        pool: openPool(message.slots),
        threads: message.threads,
        jobModule: message.jobModule,
      }
      return tell({ type: 'ready', pid: process.pid })
    case 'run':
      return run(message)
    case 'stop': {
      const flag = flags.get(message.job)
      if (flag) Atomics.store(flag, 0, 1)
      return
    }
    case 'decision':
      return ports.get(message.job)?.postMessage(message.continues)
  }
})

function openPool(slots: number): Piscina<Task, void> {
  const pool = new Piscina<Task, void>({
    filename: compiledPath('trial/worker'),
    minThreads: slots,
    maxThreads: slots,
    concurrentTasksPerWorker: 1,
    // A thread that waits for its next task in Atomics.wait answers nothing else meanwhile: no
    // timer, no file.
    atomics: 'disabled',
  })
  // Threads that cannot start are not started again by Piscina, and their tasks would wait for
  // ever.
  pool.on('error', (error: Error) => {
    throw error
  })
  return pool
}

function run({ job, work }: Extract<ToHost, { type: 'run' }>): void {
  const { pool, threads, jobModule } = open!
  const shared = new SharedArrayBuffer(4)
  flags.set(job, new Int32Array(shared))
  const { port1, port2 } = new MessageChannel()
  ports.set(job, port1)
  let over = false
  const relay = (message: FromJob) => {
    if (over) return
    if (message.type === 'done' || message.type === 'failed') {
      over = true
      flags.delete(job)
      ports.delete(job)
      port1.close()
    }
    tell(message)
  }
  port1.on('message', relay)
  // The task itself never fails; its thread may, and then no word of it is left to wait for.
  pool
    .run({ job, work, threads, jobModule, flag: shared, port: port2 }, { transferList: [port2] })
    .catch((error: unknown) => relay({ type: 'failed', job, error: serializeError(error) }))
}

function tell(message: FromHost): void {
  process.send!(message, undefined, undefined, error => {
    // The manager is gone; `disconnect` follows.
    void error
  })
}
