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
    const answer = path === null ? null : await callAt(path, method, params, until, acceptedWithin)
    if (answer === 'silent') throw await silent(dir)
    if (answer === 'lost') return { kind: 'no-manager' }
    if (answer !== null) return { kind: 'answer', result: answer.result as T }
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

/** @returns null when nobody listens, `lost` when the manager ended before it answered */
function callAt(
  path: string,
  method: string,
  params: unknown,
  until: 'answered' | 'accepted',
  acceptedWithin: number,
): Promise<{ readonly result: unknown } | 'silent' | 'lost' | null> {
  return new Promise((resolve, reject) => {
    const socket: Socket = connect(path)
    let connected = false
    const timer = setTimeout(() => end(() => resolve('silent')), acceptedWithin)
    const end = (act: () => void) => {
      clearTimeout(timer)
      socket.destroy()
      act()
    }
    socket.on('connect', () => {
      connected = true
      send(socket, { id: 1, method, params })
    })
    socket.on('error', () => end(() => resolve(connected ? 'lost' : null)))
    socket.on('close', () => end(() => resolve(connected ? 'lost' : null)))
    onMessages(socket, received => {
      const message = received as Message
      if (!('id' in message)) return
      clearTimeout(timer)
      if ('error' in message) end(() => reject(errorFrom(message.error)))
      else if ('result' in message) end(() => resolve({ result: message.result }))
      else if (until === 'accepted') end(() => resolve({ result: null }))
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
