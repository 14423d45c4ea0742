import type { AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { UserError } from '../errors.js'
import { createApp } from './app.js'
import { isLoopback } from './guard.js'
import type { StudySource } from './source.js'

export interface ServeOptions {
  readonly source: StudySource
  /** 0 takes any free port. */
  readonly port: number
  /** A name of this machine. */
  readonly host?: string
  /** Called with each bug; they go to stderr when left out. */
  readonly report?: (bug: Error) => void
}

export interface Serving {
  /** Address of the first page, with a slash at its end. */
  readonly url: string
  readonly port: number
  /** Ends open event streams too. */
  close(): Promise<void>
}

/**
 * Serves the pages until closed, to this machine only.
 *
 * @throws UserError when the port is taken or not allowed, or the host is not this machine
 */
export async function serve({
  source,
  port,
  host = '127.0.0.1',
  report = toStderr,
}: ServeOptions): Promise<Serving> {
  if (!isLoopback(host))
    throw new UserError(
      `host ${host}`,
      'is not this machine, and the pages have no login',
      'Use 127.0.0.1, and a tunnel such as "ssh -L" from elsewhere',
    )
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UserError(`port ${port}`, 'is not a port', 'Give a whole number from 0 to 65535')
  const server = createAdaptorServer({ fetch: createApp(source, report).fetch }) as Server
  await listen(server, port, host)
  const bound = (server.address() as AddressInfo).port
  return {
    url: `http://${host === '::1' ? '[::1]' : host}:${bound}/`,
    port: bound,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port)))
    server.listen(port, host, resolve)
  })
}

function listenError(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === 'EADDRINUSE')
    return new UserError(
      `port ${port}`,
      'is in use by another program',
      'Choose another with --port, or let the system choose with --port 0',
    )
  if (error.code === 'EACCES')
    return new UserError(
      `port ${port}`,
      'may not be opened by this user',
      'Choose one above 1023 with --port',
    )
  return error
}

function toStderr(bug: Error): void {
  process.stderr.write(`${bug.stack ?? bug.message}\n`)
}
