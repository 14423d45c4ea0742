import { rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { UserError } from '../errors.js'
import { diskError, isFull, isMissing } from './disk-error.js'
import { holderPath, studyName } from './paths.js'
import { readRegularFile } from './read-file.js'

/** A manager elsewhere is taken for dead when its file is this old: six beats. */
const SILENCE_MS = 60_000
const BEAT_MS = 10_000

/** Who holds a study, as its file says. */
export interface Holder {
  readonly pid: number
  /** Machine and network namespace: within one of them the socket alone decides. */
  readonly machine: string
  readonly since: string
}

/**
 * Guards a study whose folder other machines (or containers) can see too, where the socket is of no
 * use: the holder renews a file's time, and a file of another machine that was renewed in the last
 * minute is respected.
 *
 * @returns a function that takes the file away
 * @throws UserError naming the machine
 */
export async function claim(
  dir: string,
  me: Holder,
  { silenceMs = SILENCE_MS, beatMs = BEAT_MS } = {},
): Promise<() => Promise<void>> {
  const path = holderPath(dir)
  const renewed = `${path}.${me.pid}.tmp`
  try {
    await writeFile(renewed, `${JSON.stringify(me)}\n`)
    await refuseElsewhere(dir, me, silenceMs, renewed)
    await rename(renewed, path)
  } catch (error) {
    await rm(renewed, { force: true }).catch(() => undefined)
    // On a full disk a study must still be readable by its manager, and one must still be able to
    // delete it.
    if (!isFull(error)) throw diskError(path, error)
  }
  const beat = setInterval(
    () => void utimes(path, new Date(), new Date()).catch(() => undefined),
    beatMs,
  )
  beat.unref()
  return async () => {
    clearInterval(beat)
    await rm(path, { force: true }).catch(() => undefined)
  }
}

/**
 * @throws UserError if a manager on another machine holds the study, which was alive in the last
 *   minute
 */
export async function checkOtherMachines(dir: string, me: Holder): Promise<void> {
  const clock = `${holderPath(dir)}.${me.pid}.tmp`
  try {
    await writeFile(clock, '')
    await refuseElsewhere(dir, me, SILENCE_MS, clock)
  } catch (error) {
    if (!isFull(error)) throw diskError(clock, error)
  } finally {
    await rm(clock, { force: true }).catch(() => undefined)
  }
}

/** @param clock a file that was written just now: clocks of two machines need not agree */
async function refuseElsewhere(
  dir: string,
  me: Holder,
  silenceMs: number,
  clock: string,
): Promise<void> {
  const before = await readHolder(dir)
  if (!before || before.machine === me.machine) return
  const modifiedBefore = await modified(holderPath(dir))
  if (modifiedBefore === null) return
  const age = ((await modified(clock)) ?? Infinity) - modifiedBefore
  if (age < silenceMs) throw inUse(dir, before, age)
}

/** null when there is none, or none that can be read. */
export async function readHolder(dir: string): Promise<Holder | null> {
  try {
    const { pid, machine, since } = JSON.parse(
      (await readRegularFile(holderPath(dir))).toString('utf8'),
    ) as Partial<Holder>
    return typeof pid === 'number' && typeof machine === 'string' && typeof since === 'string'
      ? { pid, machine, since }
      : null
  } catch {
    return null
  }
}

export function thisMachine(): string {
  try {
    return `${hostname()} ${readlinkSync('/proc/self/ns/net')}`
  } catch {
    return hostname()
  }
}

function inUse(dir: string, { pid, machine }: Holder, age: number): UserError {
  return new UserError(
    `study "${studyName(dir)}"`,
    `is being run by process ${pid} on ${machine.split(' ')[0]}, which was alive ` +
      `${Math.max(0, Math.round(age / 1000))} s ago`,
    `Stop it there; if it is dead, wait a minute or delete ${holderPath(dir)}`,
  )
}

async function modified(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mtimeMs
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}
