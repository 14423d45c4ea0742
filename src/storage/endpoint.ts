import { createHash } from 'node:crypto'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/**
 * A name that at most one process can listen on: the kernel frees it the moment that process ends,
 * however it ends. On macOS, which has only socket files, what a dead process left behind is
 * recognised and replaced.
 */
export interface Endpoint {
  readonly kind: 'abstract' | 'pipe' | 'file'
  readonly path: string
}

/** @param key what is to be held, spelled the same way by everyone */
export function endpointFor(key: string, platform: NodeJS.Platform = process.platform): Endpoint {
  // 24 of 64 digits: a socket file's path may be no longer than 103 bytes, and macOS's temporary
  // folder takes half.
  const name = `tune-${createHash('sha256').update(key).digest('hex').slice(0, 24)}`
  if (platform === 'win32') return { kind: 'pipe', path: `\\\\.\\pipe\\${name}` }
  // Abstract (Linux): no file, so nothing that could be left behind.
  if (platform === 'linux') return { kind: 'abstract', path: `\0${name}` }
  return { kind: 'file', path: join(tmpdir(), `${name}.sock`) }
}

/** Listens, or null when somebody else does. */
export async function listenOn(
  endpoint: Endpoint,
  onConnection: (socket: Socket) => void,
): Promise<Server | null> {
  const first = await tryListen(endpoint, onConnection)
  if (first || endpoint.kind !== 'file' || (await answers(endpoint.path))) return first
  // A socket file of a dead process. It is moved away before it is judged: whoever starts at the
  // same moment and has put a live one there meanwhile gets it back.
  const aside = `${endpoint.path}.${process.pid}`
  try {
    await rename(endpoint.path, aside)
  } catch {
    return tryListen(endpoint, onConnection)
  }
  if (await answers(aside)) {
    await rename(aside, endpoint.path)
    return null
  }
  await rm(aside, { force: true })
  return tryListen(endpoint, onConnection)
}

/**
 * Sends one line of JSON and takes one back.
 *
 * @returns null when nobody listens, `'silent'` when somebody does but says nothing in time
 */
export function ask(endpoint: Endpoint, request: unknown, timeoutMs = 3000): Promise<unknown> {
  return new Promise(resolve => {
    const socket = connect(endpoint.path)
    let connected = false
    let received = ''
    const end = (answer: unknown) => {
      socket.destroy()
      resolve(answer)
    }
    socket.setEncoding('utf8')
    socket.setTimeout(timeoutMs, () => end('silent'))
    socket.on('connect', () => {
      connected = true
      socket.write(`${JSON.stringify(request)}\n`)
    })
    socket.on('data', (chunk: string) => {
      received += chunk
      if (!received.includes('\n')) return
      try {
        end(JSON.parse(received))
      } catch {
        end('silent')
      }
    })
    // A pipe that is busy has somebody at its other end.
    socket.on('error', (error: NodeJS.ErrnoException) =>
      end(connected || error.code === 'EBUSY' || error.code === 'EAGAIN' ? 'silent' : null),
    )
    socket.on('close', () => end(connected ? 'silent' : null))
  })
}

/** Answers each connection's one line with one line. */
export function answering(reply: (request: unknown) => unknown): (socket: Socket) => void {
  return socket => {
    let received = ''
    socket.setEncoding('utf8')
    socket.setTimeout(5000, () => socket.destroy())
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk: string) => {
      received += chunk
      if (received.length > 1024) socket.destroy()
      else if (received.includes('\n')) socket.end(`${JSON.stringify(reply(parsed(received)))}\n`)
    })
  }
}

function tryListen(
  { path }: Endpoint,
  onConnection: (socket: Socket) => void,
): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer(onConnection)
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(null) : reject(error),
    )
    server.listen(path, () => resolve(server))
  })
}

function answers(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(path)
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
