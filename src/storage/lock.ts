import { realpath } from 'node:fs/promises'
import { UserError } from '../errors.js'
import { answering, ask, endpointFor, listenOn, type Endpoint } from './endpoint.js'
import { claim, readHolder, thisMachine, type Holder } from './holder.js'
import { studyNameOf } from './paths.js'

/** A study's lock, held. */
export interface Lock {
  onStopRequest(callback: () => void): void
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
export async function acquireLock(dir: string): Promise<Lock> {
  const callbacks: (() => void)[] = []
  let asked = false
  const me: Holder = { pid: process.pid, machine: thisMachine(), since: new Date().toISOString() }
  const reply = (request: unknown) => {
    switch ((request as { readonly ask?: unknown } | null)?.ask) {
      case 'who':
        return me
      case 'stop':
        asked = true
        for (const callback of callbacks) callback()
        return { stopping: true }
      default:
        return { error: 'ask "who" or "stop"' }
    }
  }
  const server = await listenOn(await endpointOf(dir), answering(reply))
  if (!server) throw await refusal(dir)
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
    onStopRequest(callback) {
      callbacks.push(callback)
      if (asked) callback()
    },
    release: () => (released ??= disclaim().then(closed)),
  }
}

/** A manager holds the study now; on this machine. */
export async function isHeld(dir: string): Promise<boolean> {
  return (await ask(await endpointOf(dir), { ask: 'who' })) !== null
}

/**
 * Asks the manager that runs the study to stop: running epochs end, the state is saved.
 *
 * @returns false when nobody runs it
 * @throws UserError when somebody does but doesn't answer
 */
export async function requestStop(dir: string): Promise<boolean> {
  const answer = await ask(await endpointOf(dir), { ask: 'stop' })
  if (answer === null) return false
  if (answer !== 'silent') return true
  const holder = await readHolder(dir)
  const process = holder ? `process ${holder.pid}` : 'its process'
  throw new UserError(
    `study "${studyNameOf(dir)}"`,
    `is being run, but ${process} does not answer`,
    `End ${process}; nothing that is finished gets lost`,
  )
}

async function refusal(dir: string): Promise<UserError> {
  const answer = (await ask(await endpointOf(dir), { ask: 'who' })) as
    Partial<Holder> | 'silent' | null
  const pid = typeof answer === 'object' && answer?.pid ? answer.pid : (await readHolder(dir))?.pid
  const name = studyNameOf(dir)
  const who =
    pid === undefined
      ? 'another process'
      : pid === process.pid
        ? 'this very process'
        : `process ${pid}`
  return new UserError(
    `study "${name}"`,
    `is being run by ${who}`,
    `Watch it with "tune serve", or end it with "tune study stop ${name}"`,
  )
}

async function endpointOf(dir: string): Promise<Endpoint> {
  // Links to a folder and spellings of its name that the file system takes for the same are one
  // study.
  return endpointFor(await realpath(dir).catch(() => dir))
}
