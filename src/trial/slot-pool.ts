import type { Job, JobResult } from '../record/job.js'
import { Device } from './device.js'
import { JobCancelled, type HostDied } from './host-died.js'
import type { HostOptions } from './host-process.js'
import type { DevicePool, JobEvents, Running } from './pool.js'
import type { FromJob } from './protocol.js'
import { deserializeError } from './serialized-error.js'

/** A job from its call to its end. */
interface Entry {
  readonly id: number
  readonly job: Job
  readonly events: JobEvents
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
  state: EntryState
}

/**
 * `preparing`: in a slot, and does not read the stop flag yet. `stoppable`: it reads the flag.
 * `ended` entries are in no list.
 */
type EntryState =
  | { readonly kind: 'queued' | 'ended' }
  | { readonly kind: 'preparing' | 'stoppable'; readonly device: number; readonly slot: number }

export interface SlotPoolOptions {
  /** One for each device. */
  readonly hosts: readonly HostOptions[]
  /** Jobs side by side on each device. */
  readonly slots: number
  /** Milliseconds that stopped jobs have to end in when the pool is closed. */
  readonly closeWithin: number
  onHostDied?: ((death: HostDied) => void) | undefined
  /** Called once, when all hosts have ended. */
  onClosed(): void
}

/** One queue of jobs, and slots on several devices. */
export class SlotPool implements DevicePool {
  readonly slots: number
  readonly #options: SlotPoolOptions
  readonly #devices: readonly Device[]
  readonly #freeSlots: readonly number[][]
  readonly #queue: Entry[] = []
  /** In slots, by id. */
  readonly #running = new Map<number, Entry>()
  /** Each is called after every change, until it returns true. */
  readonly #waiting = new Set<() => boolean>()
  #nextId = 0
  #closed: Promise<void> | null = null

  constructor(options: SlotPoolOptions) {
    const { hosts, slots } = options
    this.#options = options
    this.slots = hosts.length * slots
    this.#freeSlots = hosts.map((_, device) =>
      Array.from({ length: slots }, (_, slot) => device * slots + slot),
    )
    this.#devices = hosts.map(
      (host, device) =>
        new Device(host, {
          ready: () => this.#dispatch(),
          lost: () => this.#dispatch(),
          message: message => this.#receive(message),
          died: death => this.#hostDied(device, death),
        }),
    )
  }

  /**
   * Resolves when each device is ready or has been given up.
   *
   * @throws UserError, that of the first device, if none can be used
   */
  async ready(): Promise<void> {
    await this.#until(() => this.#devices.every(device => device.ready || device.lost))
    if (this.#devices.some(device => !device.lost)) return
    await this.close()
    throw this.#devices[0]!.lost!
  }

  run<J extends Job>(job: J, events: JobEvents = {}): Running<JobResult<J>> {
    let entry: Entry | undefined
    const result = new Promise<unknown>((resolve, reject) => {
      if (this.#closed) return reject(new JobCancelled('the pool is closed'))
      entry = { id: this.#nextId++, job, events, resolve, reject, state: { kind: 'queued' } }
      this.#queue.push(entry)
    }) as Promise<JobResult<J>>
    // Later, so that the caller has this answer in hand before the first event.
    queueMicrotask(() => this.#dispatch())
    return { result, stop: () => entry && this.#stop(entry) }
  }

  close(): Promise<void> {
    return (this.#closed ??= this.#close())
  }

  async #close(): Promise<void> {
    for (const entry of [...this.#queue, ...this.#running.values()]) this.#stop(entry)
    const stoppable = ({ state }: Entry) => state.kind === 'stoppable'
    await this.#until(() => ![...this.#running.values()].some(stoppable), this.#options.closeWithin)
    await Promise.all(this.#devices.map(device => device.end()))
    this.#options.onClosed()
  }

  /** Gives queued jobs to free slots, the device with the most of them first. */
  #dispatch(): void {
    this.#changed()
    const lost = this.#devices.every(device => device.lost) ? this.#devices[0]!.lost : null
    if (lost)
      for (const entry of this.#queue.splice(0)) {
        entry.state = { kind: 'ended' }
        entry.reject(lost)
      }
    while (this.#queue.length > 0) {
      const free = (device: number) => this.#freeSlots[device]!
      const usable = this.#devices.flatMap(({ ready }, i) => (ready && free(i).length > 0 ? i : []))
      if (usable.length === 0) return
      const device = usable.reduce((best, i) => (free(i).length > free(best).length ? i : best))
      this.#start(this.#queue.shift()!, device, free(device).shift()!)
    }
  }

  #start(entry: Entry, device: number, slot: number): void {
    const { id, job, events } = entry
    entry.state = { kind: 'preparing', device, slot }
    this.#running.set(id, entry)
    this.#devices[device]!.send({ type: 'run', job: id, work: job })
    events.started?.({ device: this.#devices[device]!.name, slot })
  }

  #receive(message: FromJob): void {
    const entry = this.#running.get(message.job)
    if (!entry) return
    const { events, state } = entry
    switch (message.type) {
      case 'stoppable':
        if (state.kind === 'preparing') entry.state = { ...state, kind: 'stoppable' }
        return
      case 'progress':
        return events.progress?.(message.at)
      case 'epoch':
        return events.epoch?.(message.metrics, message.verdict)
      case 'may-continue':
        return void this.#decide(entry, message.history)
      case 'note':
        return events.note?.(message.message)
      case 'done':
        this.#release(entry)
        entry.resolve(message.result)
        return this.#dispatch()
      case 'failed':
        this.#release(entry)
        entry.reject(deserializeError(message.error))
        return this.#dispatch()
    }
  }

  async #decide(
    { id, events, state }: Entry,
    history: Extract<FromJob, { type: 'may-continue' }>['history'],
  ): Promise<void> {
    // Whoever decides handles its own failure; the job does no more until then.
    const continues = await Promise.resolve(events.mayContinue?.(history) ?? true).catch(
      () => false,
    )
    if ('device' in state)
      this.#devices[state.device]!.send({ type: 'decision', job: id, continues })
  }

  /** @returns whether jobs were running there */
  #hostDied(index: number, death: HostDied): boolean {
    const lost = [...this.#running.values()].filter(
      ({ state }) => 'device' in state && state.device === index,
    )
    for (const entry of lost) this.#release(entry)
    for (const entry of lost)
      entry.reject(
        this.#closed ? new JobCancelled('the pool was closed before the job had ended') : death,
      )
    if (!this.#closed) this.#options.onHostDied?.(death)
    return lost.length > 0
  }

  #stop(entry: Entry): void {
    const { id, job, state } = entry
    switch (state.kind) {
      case 'queued':
        this.#queue.splice(this.#queue.indexOf(entry), 1)
        entry.state = { kind: 'ended' }
        if (job.kind === 'train') return entry.resolve({ kind: 'stopped', history: [] })
        return entry.reject(new JobCancelled('the job was stopped before it had begun'))
      case 'preparing':
        this.#devices[state.device]!.send({ type: 'stop', job: id })
        // It has not trained yet, so there is nothing to wait for. Its slot is free when it ends.
        if (job.kind === 'train') entry.resolve({ kind: 'stopped', history: [] })
        return
      case 'stoppable':
        return this.#devices[state.device]!.send({ type: 'stop', job: id })
      case 'ended':
    }
  }

  #release(entry: Entry): void {
    const { id, state } = entry
    this.#running.delete(id)
    entry.state = { kind: 'ended' }
    if (!('device' in state)) return
    this.#freeSlots[state.device]!.push(state.slot)
    this.#freeSlots[state.device]!.sort((a, b) => a - b)
    this.#changed()
  }

  #changed(): void {
    for (const check of this.#waiting) if (check()) this.#waiting.delete(check)
  }

  /** Resolves when a condition holds, or after `ms`; without a limit, never before. */
  #until(condition: () => boolean, ms?: number): Promise<void> {
    return new Promise(resolve => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms)
      this.#waiting.add(() => {
        if (!condition()) return false
        clearTimeout(timer)
        resolve()
        return true
      })
      this.#changed()
    })
  }
}
