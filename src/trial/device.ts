import { UserError } from '../errors.js'
import type { HostDied } from './host-died.js'
import { startHost, type HostOptions, type HostProcess } from './host-process.js'
import type { FromJob, ToHost } from './protocol.js'

/**
 * A host that dies this often in a row with nothing to do has something that only a person can
 * mend.
 */
const DEATHS_IDLE = 3
/**
 * Under jobs more: three trials of which each kills its host at each of three attempts are not yet
 * the device's fault.
 */
const DEATHS_WORKING = 9
/** Milliseconds before a second restart in a row. The first is at once. */
const BACKOFF = 250

/** One device: a host process that is started again when it dies, until that has no point. */
export interface Device {
  readonly name: string
  readonly ready: boolean
  /** Why the device is not used any more, or null. */
  readonly lost: UserError | null
  send(message: ToHost): void
  /** Ends the host, for good; resolves when its process is gone. */
  end(): Promise<void>
}

export interface DeviceListener {
  /** Jobs may be sent. After a restart, again. */
  ready(): void
  message(message: FromJob): void
  /**
   * The host is gone, and with it all that was sent to it. @returns whether jobs were running on it
   */
  died(death: HostDied): boolean
  lost(): void
}

export function openDevice(options: HostOptions, listener: DeviceListener): Device {
  let host: HostProcess | null = null
  let ready = false
  let lost: UserError | null = null
  let idleDeaths = 0
  let workingDeaths = 0
  let ending: (() => void) | null = null
  let timer: NodeJS.Timeout | undefined

  function start(): void {
    host = startHost(options, {
      message(message) {
        if (message.type === 'ready') {
          ready = true
          listener.ready()
          return
        }
        // Whatever else it says, it works.
        if (message.type !== 'progress') idleDeaths = workingDeaths = 0
        listener.message(message)
      },
      died,
    })
  }

  function died(death: HostDied): void {
    host = null
    ready = false
    const working = listener.died(death)
    if (ending) return ending()
    if (!working) idleDeaths++
    // A job too large for the machine says nothing about the device.
    else if (!death.outOfMemory) workingDeaths++
    if (idleDeaths >= DEATHS_IDLE || workingDeaths >= DEATHS_WORKING) {
      lost = lostDevice(options, idleDeaths >= DEATHS_IDLE ? idleDeaths : workingDeaths, death)
      listener.lost()
      return
    }
    timer = setTimeout(start, idleDeaths + workingDeaths > 1 ? BACKOFF : 0)
  }

  start()
  return {
    name: options.device,
    get ready() {
      return ready
    },
    get lost() {
      return lost
    },
    send: message => host?.send(message),
    end: () =>
      new Promise(resolve => {
        clearTimeout(timer)
        ending = resolve
        if (host) host.kill('was ended with the pool')
        else resolve()
      }),
  }
}

function lostDevice(
  { device, log }: HostOptions,
  deaths: number,
  { message }: HostDied,
): UserError {
  const problem = `cannot be used: its process died ${deaths} times in a row; the last time ${message}`
  return new UserError(
    `device "${device}"`,
    problem,
    `See ${log} for all that it printed, and "tune doctor" for what this machine can run`,
  )
}
