import { realpath } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../errors.js'
import { answering, ask, endpointFor, listenOn, type Endpoint } from './endpoint.js'
import { claim, readHolder, thisMachine, type Holder } from './holder.js'
import { studyName } from './paths.js'

/** Another process of this machine has the study's lock. */
export class StudyInUse extends UserError {}

/** Milliseconds that a holder may take which has the study for one call only. */
const CALL_WITHIN = 10_000

export interface LockOptions {
  /** The study is held for one call, and released at once. */
  readonly call?: boolean
  readonly callWithin?: number
}

/** A study's lock, held. */
export interface Lock {
  release(): Promise<void>
}

/**
 * Takes the lock of a study's one writer: a local socket named after the folder, which the kernel
 * takes back the moment the process ends, `kill -9` included, so there is no waiting for a lease to
 * run out. Its limits: the socket is known on one machine (and in one network namespace) only.
 * Between machines and containers that share a folder, a file whose time the holder renews stands
 * in for it, and there a killed holder's is respected for a minute.
 *
 * @throws UserError with the holder's process id when another manager has it
 */
export async function acquireLock(
  dir: string,
  { call = false, callWithin = CALL_WITHIN }: LockOptions = {},
): Promise<Lock> {
  const me: Holder = { pid: process.pid, machine: thisMachine(), since: new Date().toISOString() }
  const endpoint = await studyEndpoint(dir)
  const listen = () =>
    listenOn(
      endpoint,
      answering(() => ({ ...me, call })),
    )
  let server = await listen()
  // Who holds the study for one call only is waited for, unless this is such a call too.
  for (const began = performance.now(); !server; server = await listen()) {
    const holder = await ask(endpoint, { ask: 'who' })
    const brief = !call && (holder === null || (holder as { call?: unknown }).call === true)
    if (!brief || performance.now() - began > callWithin) throw await refusal(dir)
    await sleep(20)
  }
  // A manager that forgets to release must still be able to end.
  server.unref()
  const closed = () => new Promise<void>(resolve => server.close(() => resolve()))
  let disclaim: () => Promise<void>
  try {
    disclaim = await claim(dir, me)
  } catch (error) {
    await closed()
    throw error
  }
  let released: Promise<void> | null = null
  return {
    release: () => (released ??= disclaim().then(closed)),
  }
}

/** A manager holds the study now; on this machine. */
export async function isHeld(dir: string): Promise<boolean> {
  return (await ask(await studyEndpoint(dir), { ask: 'who' })) !== null
}

async function refusal(dir: string): Promise<UserError> {
  const answer = (await ask(await studyEndpoint(dir), { ask: 'who' })) as
    Partial<Holder> | 'silent' | null
  const pid = typeof answer === 'object' && answer?.pid ? answer.pid : (await readHolder(dir))?.pid
  const name = studyName(dir)
  const who =
    pid === undefined
      ? 'another process'
      : pid === process.pid
        ? 'this very process'
        : `process ${pid}`
  return new StudyInUse(
    `study "${name}"`,
    `is being run by ${who}`,
    `Watch it with "tune serve", or end it with "tune study stop ${name}"`,
  )
}

async function studyEndpoint(dir: string): Promise<Endpoint> {
  // Links to a folder and spellings of its name that the file system takes for the same are one
  // study.
  return endpointFor(await realpath(dir).catch(() => dir))
}
