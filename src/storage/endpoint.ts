import { createHash } from 'node:crypto'
import { connect, createServer, type Server, type Socket } from 'node:net'
import { closeSync, constants, openSync } from 'node:fs'
import { chmod, lstat, mkdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LOCK_NAME } from './paths.js'

/**
 * A name that at most one process can listen on, and that only its owner's processes can reach: the
 * kernel ends the listening the moment the process ends, however it ends. What a dead process left
 * of a socket file is recognized and replaced.
 */
export interface Endpoint {
  readonly kind: 'pipe' | 'file'
  readonly path: string
  /** Frees what the path needs; the listening must have ended. */
  close(): void
}

/**
 * The names under which a study may be held, best first: a socket in its folder, which only those
 * can reach who may write there; if the disk has no sockets, or the system no short path to it, one
 * in a temporary folder of this user alone. A named pipe on Windows.
 *
 * @param dir the study's folder, spelled the same way by everyone
 */
export async function studyEndpoints(
  dir: string,
  platform: NodeJS.Platform = process.platform,
): Promise<readonly Endpoint[]> {
  // 24 of 64 digits: a socket file's path may be no longer than 103 bytes, and macOS's temporary
  // folder takes half.
  const name = `tune-${createHash('sha256').update(dir).digest('hex').slice(0, 24)}`
  const close = () => undefined
  if (platform === 'win32') return [{ kind: 'pipe', path: `\\\\.\\pipe\\${name}`, close }]
  const inside = platform === 'linux' ? folderEndpoint(dir) : null
  const own = await privateFolder()
  const elsewhere = own && { kind: 'file' as const, path: join(own, `${name}.sock`), close }
  return [...(inside ? [inside] : []), ...(elsewhere ? [elsewhere] : [])]
}

/** Linux knows a folder by its open handle too, which keeps the path short at any depth. */
function folderEndpoint(dir: string): Endpoint | null {
  try {
    const folder = openSync(dir, constants.O_RDONLY | constants.O_DIRECTORY)
    const path = `/proc/self/fd/${folder}/${LOCK_NAME}`
    return { kind: 'file', path, close: () => closeSync(folder) }
  } catch {
    return null
  }
}

/** A temporary folder that no other user may enter; null if another user has taken its name. */
async function privateFolder(): Promise<string | null> {
  // The name of the user is not needed, and looking it up may ask a service of the network.
  const uid = process.getuid?.()
  const path = join(tmpdir(), `tune-${uid}`)
  await mkdir(path, { mode: 0o700 }).catch(() => undefined)
  const stats = await lstat(path).catch(() => null)
  const isPrivate = stats?.isDirectory() && stats.uid === uid && (stats.mode & 0o077) === 0
  return isPrivate ? path : null
}

/** The disk or the system has no sockets there, or this user may not make one. */
const NO_SOCKETS: readonly unknown[] = [
  'EACCES',
  'EPERM',
  'EROFS',
  'ENOTSUP',
  'EOPNOTSUPP',
  'ENOSPC',
]

/** Whether listening failed because there can be no socket at that place. */
export function isNoPlace(error: unknown): boolean {
  return NO_SOCKETS.includes((error as NodeJS.ErrnoException).code)
}

/**
 * Listens, or null when somebody else does.
 *
 * @param beforeReplacing is called before a socket to which nobody answers is replaced; it throws
 *   if somebody may listen there on another machine that shares the disk
 * @throws the system's error; see `isNoPlace`
 */
export async function listenOn(
  endpoint: Endpoint,
  onConnection: (socket: Socket) => void,
  beforeReplacing: () => Promise<void> = () => Promise.resolve(),
): Promise<Server | null> {
  const first = await tryListen(endpoint, onConnection)
  if (first || endpoint.kind !== 'file' || (await answers(endpoint.path))) return first
  await beforeReplacing()
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

/** What became of a question. */
export type Reply =
  | { readonly kind: 'answer'; readonly answer: unknown }
  /** Nobody listens. */
  | { readonly kind: 'nobody' }
  /** Somebody listens and says nothing in time, or nothing that is JSON. */
  | { readonly kind: 'silent' }

/** Sends one line of JSON and takes one back. */
export function ask(
  endpoint: Pick<Endpoint, 'path'>,
  request: unknown,
  timeoutMs = 3000,
): Promise<Reply> {
  return new Promise(resolve => {
    const socket = connect(endpoint.path)
    let connected = false
    let received = ''
    const end = (reply: Reply) => {
      socket.destroy()
      resolve(reply)
    }
    const silence = () => end({ kind: 'silent' })
    socket.setEncoding('utf8')
    socket.setTimeout(timeoutMs, silence)
    socket.on('connect', () => {
      connected = true
      socket.write(`${JSON.stringify(request)}\n`)
    })
    socket.on('data', (chunk: string) => {
      received += chunk
      if (!received.includes('\n')) return
      try {
        end({ kind: 'answer', answer: JSON.parse(received) as unknown })
      } catch {
        silence()
      }
    })
    // A pipe that is busy has somebody at its other end.
    const isBusy = (error: NodeJS.ErrnoException) =>
      error.code === 'EBUSY' || error.code === 'EAGAIN'
    socket.on('error', (error: NodeJS.ErrnoException) =>
      end({ kind: connected || isBusy(error) ? 'silent' : 'nobody' }),
    )
    socket.on('close', () => end({ kind: connected ? 'silent' : 'nobody' }))
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
  { kind, path }: Endpoint,
  onConnection: (socket: Socket) => void,
): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer(onConnection)
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    )
    server.listen(path, () => {
      if (kind === 'pipe') return resolve(server)
      chmod(path, 0o600).then(() => resolve(server), reject)
    })
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
