import { compiledPath } from '../compiled.js'
import { UserError } from '../errors.js'
import { deviceEnvironment, threadsPerSlot } from './environment.js'
import { temporaryLog } from './host-process.js'
import type { DevicePool, PoolOptions } from './pool.js'
import { SlotPool } from './slot-pool.js'

/**
 * Starts a host for each device and waits until they are ready. What the hosts print goes to a
 * file, never to the terminal.
 *
 * @throws UserError when a device is unknown, or none of them can be used
 */
export async function createPool(options: PoolOptions): Promise<DevicePool> {
  const { devices, slots, engine } = options
  if (devices.length === 0)
    throw new UserError('devices', 'is empty', 'Name at least one, such as cpu')
  if (!Number.isInteger(slots) || slots < 1)
    throw new UserError('slots', `is ${slots}`, 'Use a whole number from 1')
  const threads = options.threads ?? threadsPerSlot(devices.length * slots)
  for (const device of devices) deviceEnvironment(device, threads, process.env, engine)

  const temporary = options.log === undefined ? temporaryLog() : null
  const log = options.log ?? temporary!.path
  const pool = new SlotPool({
    hosts: devices.map(device => ({
      device,
      slots,
      threads,
      engine,
      jobModule: options.jobModule ?? compiledPath('trial/run-job'),
      log: devices.length === 1 ? log : deviceLog(log, device),
      readyWithin: options.readyWithin ?? 60_000,
    })),
    slots,
    closeWithin: options.closeWithin ?? 10_000,
    onHostDied: death => options.onHostDied?.(death),
    onClosed: () => temporary?.remove(),
  })
  await pool.ready()
  return pool
}

function deviceLog(log: string, device: string): string {
  return log.replace(/(\.\w+)?$/, `-${device.replaceAll(/[^A-Za-z0-9]+/g, '-')}$1`)
}
