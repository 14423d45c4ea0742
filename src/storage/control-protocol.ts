import type { Socket } from 'node:net'
import { UserError } from '../errors.js'

/**
 * The language of a study's control channel: JSON, one message a line. A client sends requests; the
 * manager acknowledges each at once, answers it when its work is done, and sends events to those
 * who watch.
 */
export interface Request {
  readonly id: number
  readonly method: string
  readonly params?: unknown
}

export type Message =
  | { readonly id: number; readonly accepted: true }
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: ErrorMessage }
  | { readonly event: unknown }

/** A UserError has all of its parts; any other error has its message alone. */
export interface ErrorMessage {
  readonly message: string
  readonly subject?: string
  readonly problem?: string
  readonly remedy?: string
}

/** Bytes of a line that a peer may send. */
const LONGEST_LINE = 1 << 20

/** Calls back with each line's JSON; a line that is none, or too long, ends the connection. */
export function onMessages(socket: Socket, receive: (message: unknown) => void): void {
  let received = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    received += chunk
    for (;;) {
      const end = received.indexOf('\n')
      if (end < 0) break
      const line = received.slice(0, end)
      received = received.slice(end + 1)
      try {
        receive(JSON.parse(line))
      } catch {
        socket.destroy()
        return
      }
    }
    if (received.length > LONGEST_LINE) socket.destroy()
  })
}

export function send(socket: Socket, message: Request | Message): void {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`)
}

export function errorMessage(error: unknown): ErrorMessage {
  if (!(error instanceof UserError)) return { message: (error as Error).message }
  const { message, subject, problem, remedy } = error
  return { message, subject, problem, remedy }
}

export function errorFrom({ message, subject, problem, remedy }: ErrorMessage): Error {
  return subject !== undefined && problem !== undefined && remedy !== undefined
    ? new UserError(subject, problem, remedy)
    : new Error(message)
}
