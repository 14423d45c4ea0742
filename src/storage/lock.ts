import { realpath } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../errors.js'
import type { Server } from 'node:net'
import {
  answering,
  ask,
  isNoPlace,
  listenOn,
  studyEndpoints,
  type Endpoint,
  type Reply,
} from './endpoint.js'
import { checkOtherMachines, claim, readHolder, thisMachine, type Holder } from './holder.js'
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
 * Takes the lock of a study's one writer: a local socket in the folder, which the kernel takes back
 * the moment the process ends, `kill -9` included, so there is no waiting for a lease to run out.
 * Users who may not write in the folder can neither take nor reach it. Its limits: the socket is
 * known on one machine only.
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
  const endpoints = await endpointsFor(dir)
  const listen = () => listenFirst(endpoints, { ...me, call }, () => checkOtherMachines(dir, me))
  let server: Server | null
  try {
    server = await listen()
  } catch (error) {
    closeAll(endpoints)
    throw error
  }
  // Who holds the study for one call only is waited for, unless this is such a call too.
  for (const began = performance.now(); !server; server = await listen()) {
    const holder = await whoHolds(endpoints)
    const brief = !call && (holder.kind === 'nobody' || statedHolder(holder)?.call === true)
    if (!brief || performance.now() - began > callWithin) {
      closeAll(endpoints)
      throw await refusal(dir)
    }
    await sleep(20)
  }
  // A manager that forgets to release must still be able to end.
  server.unref()
  const listening = server
  const closed = async () => {
    await new Promise<void>(resolve => listening.close(() => resolve()))
    closeAll(endpoints)
  }
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
  const endpoints = await endpointsFor(dir)
  const { kind } = await whoHolds(endpoints).finally(() => closeAll(endpoints))
  return kind !== 'nobody'
}

/** Listens at the first place that can have a socket; null if somebody else listens there. */
async function listenFirst(
  endpoints: readonly Endpoint[],
  holder: Holder & { readonly call: boolean },
  beforeReplacing: () => Promise<void>,
): Promise<Server | null> {
  for (const endpoint of endpoints) {
    // Whoever began before the first place could have a socket listens at the second.
    if (endpoint !== endpoints[0] && (await ask(endpoint, { ask: 'who' })).kind !== 'nobody')
      return null
    try {
      return await listenOn(
        endpoint,
        answering(() => holder),
        beforeReplacing,
      )
    } catch (error) {
      if (!isNoPlace(error)) throw error
    }
  }
  throw new UserError(
    'the study',
    'cannot be locked: neither its folder nor the temporary one takes a socket',
    'Check that you may write there: set TMPDIR to a folder of your own',
  )
}

/** What the holder says of itself, wherever it listens. */
async function whoHolds(endpoints: readonly Endpoint[]): Promise<Reply> {
  for (const endpoint of endpoints) {
    const reply = await ask(endpoint, { ask: 'who' })
    if (reply.kind !== 'nobody') return reply
  }
  return { kind: 'nobody' }
}

function statedHolder(reply: Reply): (Partial<Holder> & { readonly call?: unknown }) | null {
  return reply.kind === 'answer' && typeof reply.answer === 'object' ? reply.answer : null
}

function closeAll(endpoints: readonly Endpoint[]): void {
  for (const endpoint of endpoints) endpoint.close()
}

async function refusal(dir: string): Promise<UserError> {
  const endpoints = await endpointsFor(dir)
  const holder = await whoHolds(endpoints).finally(() => closeAll(endpoints))
  const pid = statedHolder(holder)?.pid ?? (await readHolder(dir))?.pid
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

async function endpointsFor(dir: string): Promise<readonly Endpoint[]> {
  // Links to a folder and spellings of its name that the file system takes for the same are one
  // study.
  return studyEndpoints(await realpath(dir).catch(() => dir))
}
