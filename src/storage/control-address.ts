import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { controlDir } from './paths.js'
import { readRegularFile } from './read-file.js'

/** Bytes that every system allows in the path of a socket (macOS: 104 with the final zero). */
const LONGEST_PATH = 103

/** File that holds the socket's path where the socket cannot be in the study's folder. */
const POINTER = 'address'

/**
 * The path that the manager of a study listens on: a socket in `STUDY/control`, a folder that only
 * its owner may enter, or a named pipe on Windows. Where that path is too long, or the disk has no
 * sockets, the socket is in a private folder of the system's temporary one, and a pointer file in
 * `control` names it.
 *
 * @returns null when no manager has left an address
 */
export async function controlAddress(dir: string): Promise<string | null> {
  if (process.platform === 'win32') return pipePath(dir)
  const path = socketPath(dir)
  try {
    return (await readRegularFile(join(controlDir(dir), POINTER))).toString('utf8').trim()
  } catch {
    return Buffer.byteLength(path) > LONGEST_PATH ? null : path
  }
}

/**
 * Addresses to try to listen on, best first. The caller holds the study's lock, so what an earlier
 * manager left behind is removed.
 */
export async function* newAddresses(dir: string): AsyncGenerator<string> {
  if (process.platform === 'win32') return void (yield await pipePath(dir))
  await removeAddress(dir)
  const folder = controlDir(dir)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await chmod(folder, 0o700)
  if (Buffer.byteLength(socketPath(dir)) <= LONGEST_PATH) yield socketPath(dir)
  const path = join(await mkdtemp(join(tmpdir(), 'tune-')), 'socket')
  await writeFile(join(folder, POINTER), `${path}\n`, { mode: 0o600 })
  yield path
}

/** Removes the address of a manager that has ended. The caller holds the study's lock. */
export async function removeAddress(dir: string): Promise<void> {
  if (process.platform === 'win32') return
  const path = await controlAddress(dir)
  if (
    path !== null &&
    path !== socketPath(dir) &&
    dirname(path).startsWith(join(tmpdir(), 'tune-'))
  )
    await rm(dirname(path), { recursive: true, force: true }).catch(() => undefined)
  await rm(controlDir(dir), { recursive: true, force: true }).catch(() => undefined)
}

function socketPath(dir: string): string {
  return join(controlDir(dir), 'socket')
}

async function pipePath(dir: string): Promise<string> {
  const key = await realpath(dir).catch(() => dir)
  return `\\\\.\\pipe\\tune-control-${createHash('sha256').update(key).digest('hex').slice(0, 24)}`
}
