import { randomUUID } from 'node:crypto'
import { fork, type ChildProcess } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compiledPath } from '../compiled.js'
import { deviceEnvironment } from './environment.js'
import { hostDied, type HostDied } from './host-died.js'
import { HostLog } from './host-log.js'
import { signalMarked } from '../util/marked-processes.js'
import { kernelKills } from '../util/out-of-memory.js'
import type { FromHost, ToHost } from './protocol.js'

export interface HostOptions {
  readonly device: string
  /** That its jobs run on; undefined for what suits the device. */
  readonly engine: string | undefined
  readonly slots: number
  /** CPU threads a slot. */
  readonly threads: number
  /** File that exports `runJob`. */
  readonly jobModule: string
  /** File that takes what the host prints. */
  readonly log: string
  /** Milliseconds within which it must say that it is ready. */
  readonly readyWithin: number
}

export interface HostListener {
  message(message: FromHost): void
  /** Last call, once. */
  died(death: HostDied): void
}

/** Set for a host and all that it starts, to its own value. */
const MARK = 'TUNE_HOST'
/** Bytes of a dead host's output that are looked at. */
const LAST_WORDS = 4096

/**
 * A device host as its manager sees it.
 *
 * `starting`: it has not said that it is ready. `ready`: it takes messages. `exited`: its process
 * has ended, and what it said last may still be on its way. `over`: `died` was called, and nothing
 * follows.
 */
export class HostProcess {
  readonly #options: HostOptions
  readonly #listener: HostListener
  readonly #log: HostLog
  readonly #child: ChildProcess
  /** In the environment of all that its trials start. */
  readonly #mark = randomUUID()
  /** Processes that the kernel had ended for want of memory before. */
  readonly #kernelKills = kernelKills()
  readonly #tooLate: NodeJS.Timeout
  #state: 'starting' | 'ready' | 'exited' | 'over' = 'starting'
  /** Why the manager ended it; null if it did not. */
  #reason: string | null = null
  #exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null } = {
    code: null,
    signal: null,
  }

  /** Starts it. */
  constructor(options: HostOptions, listener: HostListener) {
    const { slots, threads, jobModule, log, readyWithin } = options
    this.#options = options
    this.#listener = listener
    this.#log = new HostLog(log)
    this.#child = this.#fork()
    this.#child.on('exit', (code, signal) => this.#exited(code, signal))
    this.#child.on('disconnect', () => this.#end())
    this.#child.on('error', error => this.#failed(error))
    this.#child.on('message', (message: FromHost) => this.#receive(message))
    this.#tooLate = setTimeout(
      () => this.kill(`did not start within ${readyWithin / 1000} s`),
      readyWithin,
    )
    this.send({ type: 'open', slots, threads, jobModule })
  }

  get pid(): number | undefined {
    return this.#child.pid
  }

  get state(): 'starting' | 'ready' | 'exited' | 'over' {
    return this.#state
  }

  send(message: ToHost): void {
    if (this.#child.connected) this.#child.send(message, () => undefined)
  }

  /** Ends it at once; `died` still follows. */
  kill(reason: string): void {
    this.#reason ??= reason
    this.#child.kill('SIGKILL')
  }

  #fork(): ChildProcess {
    const { device, engine, slots, threads, log } = this.#options
    const output = openSync(log, 'a')
    const environment = deviceEnvironment(device, threads, process.env, engine, slots)
    const child = fork(compiledPath('trial/host'), [], {
      env: { ...environment, [MARK]: this.#mark },
      // A debugger, a loader or a test runner of the manager's is not the host's.
      execArgv: [],
      serialization: 'advanced',
      // A file rather than a pipe: what an aborting process prints last is there even when nobody
      // was reading.
      stdio: ['ignore', output, output, 'ipc'],
    })
    closeSync(output)
    return child
  }

  #receive(message: FromHost): void {
    if (message.type === 'ready') {
      clearTimeout(this.#tooLate)
      if (this.#state === 'starting') this.#state = 'ready'
    }
    if (this.#state !== 'over') this.#listener.message(message)
  }

  #exited(code: number | null, signal: NodeJS.Signals | null): void {
    // What its trials had started, and the guards of their programs may have been killed.
    signalMarked(MARK, this.#mark, 'SIGKILL')
    this.#exit = { code, signal }
    this.#state = 'exited'
    // What it said last may still be on its way: the channel must have ended too.
    if (this.#child.connected) setTimeout(() => this.#end(), 1000)
    else this.#end()
  }

  /**
   * Called for a process that could not be started, which then has no exit, and for a message that
   * could not be sent.
   */
  #failed(error: Error): void {
    if (this.#child.pid !== undefined) return
    this.#reason = `could not be started: ${error.message}`
    this.#state = 'exited'
    this.#end()
  }

  #end(): void {
    if (this.#state !== 'exited') return
    this.#state = 'over'
    clearTimeout(this.#tooLate)
    this.#log.close()
    const [before, now] = [this.#kernelKills, kernelKills()]
    this.#listener.died(
      hostDied({
        device: this.#options.device,
        ...this.#exit,
        lastWords: this.#log.tail(LAST_WORDS),
        kernelKilled: before !== null && now !== null && now > before,
        reason: this.#reason,
      }),
    )
  }
}

/** A log for hosts that were given none: it is read when one dies, and goes away with the pool. */
export function temporaryLog(): { readonly path: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'tune-host-'))
  return {
    path: join(dir, 'host.log'),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}
