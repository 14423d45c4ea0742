import { isIPv6, type AddressInfo } from 'node:net'
import type { Server } from 'node:http'
import { createAdaptorServer } from '@hono/node-server'
import { UserError } from '../errors.js'
import { createApp } from './app.js'
import { isLoopback } from './guard.js'
import type { StudySource } from './source.js'
import { checkToken, randomToken } from './token.js'

export interface ServeOptions {
  readonly source: StudySource
  /** 0 takes any free port. */
  readonly port: number
  /** What it listens on: the loopback interface if left out. */
  readonly host?: string
  /** That each request must have; a random one if left out, on the loopback interface only. */
  readonly token?: string
  /** Called with each bug; they go to stderr when left out. */
  readonly report?: (bug: Error) => void
}

export interface Serving {
  /** Address of the first page, with a slash at its end; it needs the token. */
  readonly url: string
  readonly token: string
  /** An address that opens a page in a browser: the path with the token. */
  link(path: string): string
  readonly port: number
  /** Ends open event streams too. */
  close(): Promise<void>
}

/**
 * Serves the pages until closed, to requests with the token.
 *
 * @throws UserError when the port is taken or not allowed, or when others can reach the host and
 *   no token was chosen
 */
export async function serve({
  source,
  port,
  host = '127.0.0.1',
  token,
  report = toStderr,
}: ServeOptions): Promise<Serving> {
  if (token === undefined && !isLoopback(host))
    throw new UserError(
      `host ${host}`,
      'can be reached from other machines, and no token was chosen',
      `Set one, such as TUNE_TOKEN=${randomToken()}, or use 127.0.0.1 and a tunnel such as ` +
        '"ssh -L" from elsewhere',
    )
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new UserError(`port ${port}`, 'is not a port', 'Give a whole number from 0 to 65535')
  const required = token === undefined ? randomToken() : checkToken(token)
  const bound = () => (server.address() as AddressInfo).port
  const access = { token: required, host, port: bound }
  const server = createAdaptorServer({ fetch: createApp(source, access, report).fetch }) as Server
  await listen(server, port, host)
  const url = `http://${isIPv6(host) ? `[${host}]` : host}:${bound()}/`
  return {
    url,
    token: required,
    port: bound(),
    link: path => `${url}${path}?token=${required}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, port, host)))
    server.listen(port, host, resolve)
  })
}

function listenError(error: NodeJS.ErrnoException, port: number, host: string): Error {
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
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return new UserError(
      `host ${host}`,
      'is no address of this machine',
      'Use 127.0.0.1, or 0.0.0.0 for all of its addresses',
    )
  return error
}

function toStderr(bug: Error): void {
  process.stderr.write(`${bug.stack ?? bug.message}\n`)
}
