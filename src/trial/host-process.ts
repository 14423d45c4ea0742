import { randomUUID } from 'node:crypto'
import { fork } from 'node:child_process'
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

/** A device host as its manager sees it. */
export interface HostProcess {
  readonly pid: number | undefined
  send(message: ToHost): void
  /** Ends it at once; `died` still follows. */
  kill(reason: string): void
}

/** Set for a host and all that it starts, to its own value. */
const MARK = 'TUNE_HOST'
/** Bytes of a dead host's output that are looked at. */
const LAST_WORDS = 4096

/** Starts a device host; its first word is `ready`. */
export function startHost(options: HostOptions, listener: HostListener): HostProcess {
  const { device, engine, slots, threads, jobModule, log, readyWithin } = options
  const hostLog = new HostLog(log)
  const output = openSync(log, 'a')
  const kills = kernelKills()
  const mark = randomUUID()
  const child = fork(compiledPath('trial/host'), [], {
    env: { ...deviceEnvironment(device, threads, process.env, engine, slots), [MARK]: mark },
    // A debugger, a loader or a test runner of the manager's is not the host's.
    execArgv: [],
    serialization: 'advanced',
    // A file rather than a pipe: what an aborting process prints last is there even when nobody was
    // reading.
    stdio: ['ignore', output, output, 'ipc'],
  })
  closeSync(output)

  let reason: string | null = null
  const kill = (because: string) => {
    reason ??= because
    child.kill('SIGKILL')
  }
  const tooLate = setTimeout(
    () => kill(`did not start within ${readyWithin / 1000} s`),
    readyWithin,
  )

  // A process that is gone may have said something that is still on its way: both must have ended.
  let exit: { readonly code: number | null; readonly signal: NodeJS.Signals | null } | null = null
  let over = false
  const end = () => {
    if (over || exit === null) return
    over = true
    clearTimeout(tooLate)
    hostLog.close()
    const now = kernelKills()
    const kernelKilled = kills !== null && now !== null && now > kills
    listener.died(
      hostDied({ device, ...exit, lastWords: hostLog.tail(LAST_WORDS), kernelKilled, reason }),
    )
  }
  child.on('exit', (code, signal) => {
    // What its trials had started, and the guards of their programs may have been killed.
    signalMarked(MARK, mark, 'SIGKILL')
    exit = { code, signal }
    if (child.connected) setTimeout(end, 1000)
    else end()
  })
  child.on('disconnect', end)
  child.on('error', error => {
    // Told for a process that could not be started, which then has no exit, and for a word that
    // could not be sent.
    if (child.pid !== undefined) return
    exit = { code: null, signal: null }
    reason = `could not be started: ${error.message}`
    end()
  })
  child.on('message', (message: FromHost) => {
    if (message.type === 'ready') clearTimeout(tooLate)
    if (!over) listener.message(message)
  })
  const send = (message: ToHost) => void (child.connected && child.send(message, () => undefined))
  send({ type: 'open', slots, threads, jobModule })
  return { pid: child.pid, send, kill }
}

/** A log for hosts that were given none: it is read when one dies, and goes away with the pool. */
export function temporaryLog(): { readonly path: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'tune-host-'))
  return {
    path: join(dir, 'host.log'),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  }
}
