import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { UserError } from '../errors.js'
import { controlAddress } from './control-address.js'
import { errorFrom, onMessages, send, type Message } from './control-protocol.js'
import { readHolder } from './holder.js'
import { isHeld } from './lock.js'
import { studyName } from './paths.js'

/** Milliseconds within which a manager acknowledges a request. */
const ACCEPTED_WITHIN = 3000
/** Milliseconds that a manager which has the lock may take until it listens. */
const LISTENS_WITHIN = 3000

export type Answer<T> =
  | { readonly kind: 'answer'; readonly result: T }
  /** Nobody runs the study, or the one who did ended before it answered. */
  | { readonly kind: 'no-manager' }

/**
 * Sends a request to the process that runs a study.
 *
 * @param until `accepted` resolves as soon as the manager has it; the result is then null
 * @throws UserError the manager's, or that it does not answer
 */
export async function callManager<T>(
  dir: string,
  method: string,
  params: unknown = null,
  { until = 'answered', acceptedWithin = ACCEPTED_WITHIN }: CallOptions = {},
): Promise<Answer<T>> {
  for (const began = performance.now(); ;) {
    const path = await controlAddress(dir)
    const outcome: Outcome =
      path === null ? { kind: 'nobody' } : await callAt(path, method, params, until, acceptedWithin)
    if (outcome.kind === 'silent') throw await silent(dir)
    if (outcome.kind === 'lost') return { kind: 'no-manager' }
    if (outcome.kind === 'answer') return { kind: 'answer', result: outcome.result as T }
    if (!(await isHeld(dir))) return { kind: 'no-manager' }
    // A manager that has just begun, or is ending.
    if (performance.now() - began > LISTENS_WITHIN) throw await silent(dir)
    await sleep(20)
  }
}

interface CallOptions {
  readonly until?: 'answered' | 'accepted'
  readonly acceptedWithin?: number
}

/**
 * Events of a study that another process runs, until that process ends.
 *
 * @returns null when nobody runs it; else a function that ends the watch
 */
export async function watchManager(
  dir: string,
  onEvent: (event: unknown) => void,
  onEnd: () => void,
): Promise<(() => void) | null> {
  const path = await controlAddress(dir)
  if (path === null) return null
  return new Promise(resolve => {
    const socket = connect(path)
    let connected = false
    socket.on('connect', () => {
      connected = true
      send(socket, { id: 0, method: 'watch' })
      resolve(() => socket.destroy())
    })
    socket.on('error', () => socket.destroy())
    socket.on('close', () => (connected ? onEnd() : resolve(null)))
    onMessages(socket, message => {
      if ('event' in (message as Message)) onEvent((message as { event: unknown }).event)
    })
  })
}

/** What became of a call. */
type Outcome =
  | { readonly kind: 'answer'; readonly result: unknown }
  /** Nobody listens. */
  | { readonly kind: 'nobody' }
  /** The manager did not accept the call in time. */
  | { readonly kind: 'silent' }
  /** The manager ended before it answered. */
  | { readonly kind: 'lost' }

/** @throws UserError the manager's */
function callAt(
  path: string,
  method: string,
  params: unknown,
  until: 'answered' | 'accepted',
  acceptedWithin: number,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(path)
    let connected = false
    const timer = setTimeout(() => end(() => resolve({ kind: 'silent' })), acceptedWithin)
    const end = (act: () => void) => {
      clearTimeout(timer)
      socket.destroy()
      act()
    }
    socket.on('connect', () => {
      connected = true
      send(socket, { id: 1, method, params })
    })
    const ended = () => end(() => resolve({ kind: connected ? 'lost' : 'nobody' }))
    socket.on('error', ended)
    socket.on('close', ended)
    onMessages(socket, received => {
      const message = received as Message
      if (!('id' in message)) return
      clearTimeout(timer)
      if ('error' in message) end(() => reject(errorFrom(message.error)))
      else if ('result' in message) end(() => resolve({ kind: 'answer', result: message.result }))
      else if (until === 'accepted') end(() => resolve({ kind: 'answer', result: null }))
    })
  })
}

async function silent(dir: string): Promise<UserError> {
  const holder = await readHolder(dir)
  const process = holder ? `process ${holder.pid}` : 'its process'
  return new UserError(
    `study "${studyName(dir)}"`,
    `is being run, but ${process} does not answer`,
    `End ${process}; nothing that is finished gets lost`,
  )
}
