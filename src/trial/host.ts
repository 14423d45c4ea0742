import { MessageChannel, type MessagePort } from 'node:worker_threads'
import { Piscina } from 'piscina'
import { compiledPath } from '../compiled.js'
import type { FromHost, FromJob, ToHost } from './protocol.js'
import { serializeError } from './serialized-error.js'
import type { Task } from './worker.js'

/**
 * The process of one device: a pool of threads, and nothing else that could block it. It runs
 * exactly as long as its manager listens.
 */

/** A job in a thread. */
interface RunningJob {
  /** One word; not 0 once the job should end. */
  readonly stopFlag: Int32Array
  /** This end of the job's port. */
  readonly port: MessagePort
}

class Host {
  readonly #threads: number
  readonly #jobModule: string
  readonly #pool: Piscina<Task, void>
  readonly #jobs = new Map<number, RunningJob>()

  constructor({ slots, threads, jobModule }: Extract<ToHost, { type: 'open' }>) {
    this.#threads = threads
    this.#jobModule = jobModule
    this.#pool = openPool(slots)
  }

  receive(message: Exclude<ToHost, { type: 'open' }>): void {
    switch (message.type) {
      case 'run':
        return this.#run(message)
      case 'stop': {
        const job = this.#jobs.get(message.job)
        if (job) Atomics.store(job.stopFlag, 0, 1)
        return
      }
      case 'decision':
        return this.#jobs.get(message.job)?.port.postMessage(message.continues)
    }
  }

  #run({ job, work }: Extract<ToHost, { type: 'run' }>): void {
    const flag = new SharedArrayBuffer(4)
    const { port1: port, port2: jobPort } = new MessageChannel()
    this.#jobs.set(job, { stopFlag: new Int32Array(flag), port })
    port.on('message', (message: FromJob) => this.#relay(message))
    const [threads, jobModule] = [this.#threads, this.#jobModule]
    // The task itself never fails; its thread may, and then sends nothing more.
    this.#pool
      .run({ job, work, threads, jobModule, flag, port: jobPort }, { transferList: [jobPort] })
      .catch((error: unknown) => this.#relay({ type: 'failed', job, error: serializeError(error) }))
  }

  /** Nothing of a job is relayed after its last message. */
  #relay(message: FromJob): void {
    const running = this.#jobs.get(message.job)
    if (!running) return
    if (message.type === 'done' || message.type === 'failed') {
      this.#jobs.delete(message.job)
      running.port.close()
    }
    send(message)
  }
}

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

function send(message: FromHost): void {
  process.send!(message, undefined, undefined, error => {
    // The manager is gone; `disconnect` follows.
    void error
  })
}

// Ctrl-C reaches every process of the terminal. What happens then is for the manager to decide.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)

// Not process.exit(): it waits for threads, and a thread in the middle of a long native call does
// not end.
const die = () => process.kill(process.pid, 'SIGKILL')
process.on('disconnect', die)
if (!process.connected) die()

let host: Host | undefined
process.on('message', (message: ToHost) => {
  if (message.type !== 'open') return host?.receive(message)
  host = new Host(message)
  send({ type: 'ready', pid: process.pid })
})
