import type { UserError } from '../errors.js'
import { DeviceLost, type HostDied } from './host-died.js'
import { HostProcess, type HostOptions } from './host-process.js'
import type { FromHost, FromJob, ToHost } from './protocol.js'

/** A host that dies this often in a row without a job has a fault that only a person can mend. */
const DEATHS_IDLE = 3
/**
 * Under jobs more: three trials of which each kills its host at each of three attempts are not yet
 * the device's fault.
 */
const DEATHS_WORKING = 9
/** Milliseconds before a second restart in a row. The first is at once. */
const BACKOFF = 250

export interface DeviceListener {
  /** Jobs may be sent; called again after a restart. */
  ready(): void
  message(message: FromJob): void
  /**
   * The host is gone, and with it all that was sent to it.
   *
   * @returns whether jobs were running on it
   */
  died(death: HostDied): boolean
  /** The device is not used any more. */
  lost(): void
}

type DeviceState =
  | { readonly kind: 'starting' | 'ready'; readonly host: HostProcess }
  /** Its host has died. */
  | { readonly kind: 'dead' }
  /** The next host starts when the timer fires. */
  | { readonly kind: 'restarting'; readonly timer: NodeJS.Timeout }
  | { readonly kind: 'ending'; readonly ended: () => void }
  | { readonly kind: 'ended' }
  | { readonly kind: 'lost'; readonly error: UserError }

/** One device: a host process that is started again when it dies, until that has no point. */
export class Device {
  readonly name: string
  readonly #options: HostOptions
  readonly #listener: DeviceListener
  #state: DeviceState
  #idleDeaths = 0
  #workingDeaths = 0

  constructor(options: HostOptions, listener: DeviceListener) {
    this.name = options.device
    this.#options = options
    this.#listener = listener
    this.#state = this.#start()
  }

  get ready(): boolean {
    return this.#state.kind === 'ready'
  }

  /** Why the device is not used any more, or null. */
  get lost(): UserError | null {
    return this.#state.kind === 'lost' ? this.#state.error : null
  }

  send(message: ToHost): void {
    if ('host' in this.#state) this.#state.host.send(message)
  }

  /** Ends the host, for good; resolves when its process is gone. */
  end(): Promise<void> {
    const state = this.#state
    if (state.kind === 'restarting') clearTimeout(state.timer)
    if (!('host' in state)) {
      if (state.kind !== 'lost') this.#state = { kind: 'ended' }
      return Promise.resolve()
    }
    return new Promise(resolve => {
      this.#state = { kind: 'ending', ended: resolve }
      state.host.kill('was ended with the pool')
    })
  }

  #start(): DeviceState {
    const host = new HostProcess(this.#options, {
      message: message => this.#receive(message, host),
      died: death => this.#died(death),
    })
    return { kind: 'starting', host }
  }

  #receive(message: FromHost, host: HostProcess): void {
    if (message.type === 'ready') {
      if (this.#state.kind === 'starting') this.#state = { kind: 'ready', host }
      return this.#listener.ready()
    }
    // Any other message shows that it works.
    if (message.type !== 'progress') this.#idleDeaths = this.#workingDeaths = 0
    this.#listener.message(message)
  }

  #died(death: HostDied): void {
    const state = this.#state
    this.#state = { kind: 'dead' }
    const working = this.#listener.died(death)
    if (state.kind === 'ending') {
      this.#state = { kind: 'ended' }
      return state.ended()
    }
    if (!working) this.#idleDeaths++
    // A job too large for the machine says nothing about the device.
    else if (!death.outOfMemory) this.#workingDeaths++
    if (this.#idleDeaths < DEATHS_IDLE && this.#workingDeaths < DEATHS_WORKING) {
      const wait = this.#idleDeaths + this.#workingDeaths > 1 ? BACKOFF : 0
      const timer = setTimeout(() => (this.#state = this.#start()), wait)
      this.#state = { kind: 'restarting', timer }
      return
    }
    const deaths = this.#idleDeaths >= DEATHS_IDLE ? this.#idleDeaths : this.#workingDeaths
    this.#state = { kind: 'lost', error: lostDevice(this.#options, deaths, death) }
    this.#listener.lost()
  }
}

function lostDevice(
  { device, log }: HostOptions,
  deaths: number,
  { message }: HostDied,
): DeviceLost {
  const problem =
    `cannot be used: its process died ${deaths} times in a row; ` + `the last time ${message}`
  return new DeviceLost(
    `device "${device}"`,
    problem,
    `See ${log} for all that it printed, and "tune doctor" for what this machine can run`,
  )
}
