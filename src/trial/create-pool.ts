import { UserError } from '../errors.js'
import type { Job, JobResult } from '../record/job.js'
import { compiledPath } from '../compiled.js'
import { openDevice, type Device } from './device.js'
import { deviceEnvironment, threadsPerSlot } from './environment.js'
import { JobCancelled } from './host-died.js'
import { temporaryLog } from './host-process.js'
import type { DevicePool, JobEvents, PoolOptions, Running } from './pool.js'
import type { FromJob } from './protocol.js'
import { deserializeError } from './serialized-error.js'

/** A job from its call to its end. */
interface Entry {
  readonly id: number
  readonly work: Job
  readonly events: JobEvents
  readonly resolve: (result: unknown) => void
  readonly reject: (error: Error) => void
  place: { readonly device: number; readonly slot: number } | null
}

/**
 * Starts a host for each device and waits until they are ready. What the hosts print goes to a
 * file, never to the terminal.
 *
 * @throws UserError when a device is unknown, or none of them can be used
 */
export async function createPool(options: PoolOptions): Promise<DevicePool> {
  const { devices: names, slots } = options
  if (names.length === 0)
    throw new UserError('devices', 'is empty', 'Name at least one, such as cpu')
  if (!Number.isInteger(slots) || slots < 1)
    throw new UserError('slots', `is ${slots}`, 'Use a whole number from 1')
  const threads = options.threads ?? threadsPerSlot(names.length * slots)
  for (const name of names) deviceEnvironment(name, threads, process.env, options.engine)

  const temporary = options.log === undefined ? temporaryLog() : null
  const log = options.log ?? temporary!.path
  const queue: Entry[] = []
  const running = new Map<number, Entry>()
  const free = names.map((_, device) =>
    Array.from({ length: slots }, (_, slot) => device * slots + slot),
  )
  let ids = 0
  let closing: Promise<void> | null = null
  let changed = () => undefined as void

  const devices: readonly Device[] = names.map((device, index) =>
    openDevice(
      {
        device,
        slots,
        threads,
        engine: options.engine,
        jobModule: options.jobModule ?? compiledPath('trial/run-job'),
        log: names.length === 1 ? log : logOf(log, device),
        readyWithin: options.readyWithin ?? 60_000,
      },
      {
        ready: dispatch,
        message: hear,
        died(death) {
          const lost = [...running.values()].filter(({ place }) => place!.device === index)
          for (const entry of lost) release(entry)
          for (const entry of lost)
            entry.reject(
              closing ? new JobCancelled('the pool was closed before the job had ended') : death,
            )
          if (!closing) options.onHostDied?.(death)
          return lost.length > 0
        },
        lost: dispatch,
      },
    ),
  )

  function dispatch(): void {
    changed()
    const lost = devices.every(device => device.lost) ? devices[0]!.lost! : null
    if (lost) for (const entry of queue.splice(0)) entry.reject(lost)
    while (queue.length > 0) {
      const open = devices.flatMap((device, i) => (device.ready && free[i]!.length > 0 ? i : []))
      if (open.length === 0) return
      const device = open.reduce((best, i) => (free[i]!.length > free[best]!.length ? i : best))
      const entry = queue.shift()!
      entry.place = { device, slot: free[device]!.shift()! }
      running.set(entry.id, entry)
      devices[device]!.send({ type: 'run', job: entry.id, work: entry.work })
      entry.events.started?.({ device: names[device]!, slot: entry.place.slot })
    }
  }

  function hear(message: FromJob): void {
    const entry = running.get(message.job)
    if (!entry) return
    switch (message.type) {
      case 'progress':
        return entry.events.progress?.(message.at)
      case 'epoch':
        return entry.events.epoch?.(message.metrics, message.verdict)
      case 'may-continue':
        return void decide(entry, message.history)
      case 'note':
        return entry.events.note?.(message.message)
      case 'done':
        release(entry)
        entry.resolve(message.result)
        return dispatch()
      case 'failed':
        release(entry)
        entry.reject(deserializeError(message.error))
        return dispatch()
    }
  }

  async function decide(
    { id, place, events }: Entry,
    history: Extract<FromJob, { type: 'may-continue' }>['history'],
  ): Promise<void> {
    // Whoever decides handles its own failure; the job does no more until then.
    const continues = await Promise.resolve(events.mayContinue?.(history) ?? true).catch(
      () => false,
    )
    devices[place!.device]!.send({ type: 'decision', job: id, continues })
  }

  function release({ id, place }: Entry): void {
    running.delete(id)
    free[place!.device]!.push(place!.slot)
    free[place!.device]!.sort((a, b) => a - b)
    changed()
  }

  function stop(entry: Entry): void {
    if (entry.place) {
      if (running.has(entry.id)) devices[entry.place.device]!.send({ type: 'stop', job: entry.id })
      return
    }
    const waiting = queue.indexOf(entry)
    if (waiting < 0) return
    queue.splice(waiting, 1)
    if (entry.work.kind === 'train') entry.resolve({ kind: 'stopped', history: [] })
    else entry.reject(new JobCancelled('the job was stopped before it had begun'))
  }

  function run<J extends Job>(work: J, events: JobEvents = {}): Running<JobResult<J>> {
    let entry: Entry | undefined
    const result = new Promise<unknown>((resolve, reject) => {
      if (closing) return reject(new JobCancelled('the pool is closed'))
      entry = { id: ids++, work, events, resolve, reject, place: null }
      queue.push(entry)
    }) as Promise<JobResult<J>>
    // Later, so that the caller has this answer in hand before the first event.
    queueMicrotask(dispatch)
    return { result, stop: () => entry && stop(entry) }
  }

  async function close(): Promise<void> {
    for (const entry of [...queue, ...running.values()]) stop(entry)
    await until(() => running.size === 0, options.closeWithin ?? 10_000)
    await Promise.all(devices.map(device => device.end()))
    temporary?.remove()
  }

  /** Waits until something is so, at most `ms`; without a limit, for ever. */
  function until(holds: () => boolean, ms?: number): Promise<void> {
    return new Promise(resolve => {
      const timer = ms === undefined ? undefined : setTimeout(resolve, ms)
      changed = () => {
        if (!holds()) return
        clearTimeout(timer)
        resolve()
      }
      changed()
    })
  }

  await until(() => devices.every(device => device.ready || device.lost))
  const { lost } = devices.find(device => !device.lost) ?? devices[0]!
  if (lost) {
    await close()
    throw lost
  }
  return { slots: names.length * slots, run, close: () => (closing ??= close()) }
}

function logOf(log: string, device: string): string {
  return log.replace(/(\.\w+)?$/, `-${device.replaceAll(/[^A-Za-z0-9]+/g, '-')}$1`)
}
