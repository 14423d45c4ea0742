import { createHash, type Hash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ReadableStream } from 'node:stream/web'
import { setTimeout } from 'node:timers/promises'
import { UserError } from '../errors.js'
import type { HubFile } from './listing.js'

/** Tries at a file in which nothing arrived; each waits twice as long as the one before. */
const FRUITLESS = 5
/** Milliseconds. */
const FIRST_WAIT = 250

/**
 * Fetches a file to `target`. What arrived before stays beside it as `target.incomplete`, and is
 * gone on from after a broken connection or in a later call. The file takes its name only when size
 * and checksum are the hub's.
 *
 * @param ask     fetch with the token; throws UserErrors for what no second try mends
 * @param onBytes told how many bytes of the file are there
 * @throws UserError where the content is another than the hub says, or the connection stays broken
 */
export async function download(
  file: HubFile,
  target: string,
  ask: typeof fetch,
  onBytes: (bytes: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  if (existsSync(target)) return onBytes(file.size)
  await mkdir(dirname(target), { recursive: true })
  const partial = `${target}.incomplete`
  const resumed = (await sizeOf(partial)) > 0
  await fetchAll(file, partial, ask, onBytes, signal)
  if (!(await isIntact(file, partial))) {
    await rm(partial, { force: true })
    // What an earlier call left may have been damaged since
    if (!resumed) throw damaged(file)
    await fetchAll(file, partial, ask, onBytes, signal)
    if (!(await isIntact(file, partial))) {
      await rm(partial, { force: true })
      throw damaged(file)
    }
  }
  await rename(partial, target)
}

async function fetchAll(
  file: HubFile,
  partial: string,
  ask: typeof fetch,
  onBytes: (bytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  let fruitless = 0
  for (;;) {
    const before = await sizeOf(partial)
    if (before > file.size) await rm(partial)
    else if (before === file.size && (before > 0 || existsSync(partial))) return onBytes(before)
    let reason = 'the connection ended early'
    try {
      await fetchMore(file, partial, ask, onBytes, signal)
    } catch (error) {
      signal?.throwIfAborted()
      if (error instanceof UserError || (error as NodeJS.ErrnoException).code === 'ENOSPC')
        throw error
      reason = reasonOf(error)
    }
    fruitless =
      (await sizeOf(partial)) > before || (await sizeOf(partial)) === file.size ? 0 : fruitless + 1
    if (fruitless === FRUITLESS)
      throw new UserError(
        file.url,
        `could not be fetched: ${reason}`,
        'Try again later: what has arrived is kept',
      )
    if (fruitless > 0)
      await setTimeout(FIRST_WAIT * 2 ** (fruitless - 1), undefined, signal ? { signal } : {})
  }
}

async function fetchMore(
  { url }: HubFile,
  partial: string,
  ask: typeof fetch,
  onBytes: (bytes: number) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const from = await sizeOf(partial)
  const response = await ask(url, {
    headers:
      from > 0
        ? { range: `bytes=${from}-`, 'accept-encoding': 'identity' }
        : { 'accept-encoding': 'identity' },
    ...(signal ? { signal } : {}),
  })
  // A server that knows no ranges sends the whole file again
  const goesOn = response.status === 206
  const out = await open(partial, goesOn ? 'a' : 'w')
  try {
    let bytes = goesOn ? from : 0
    if (response.body === null) return
    for await (const chunk of response.body as ReadableStream<Uint8Array>) {
      await out.write(chunk)
      bytes += chunk.length
      onBytes(bytes)
    }
    await out.sync()
  } finally {
    await out.close()
  }
}

async function isIntact({ size, checksum }: HubFile, path: string): Promise<boolean> {
  const hash: Hash = createHash(checksum.kind === 'sha256' ? 'sha256' : 'sha1')
  if (checksum.kind === 'git') hash.update(`blob ${size}\0`)
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 }))
    hash.update(chunk as Buffer)
  return hash.digest('hex') === checksum.hex.toLowerCase()
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0
}

function damaged({ path, checksum }: HubFile): UserError {
  return new UserError(
    path,
    `what arrived does not have the ${checksum.kind === 'git' ? 'SHA-1' : 'SHA-256'} that the hub names`,
    'Try again; if it stays so, a proxy or a mirror changes files on the way: set HF_ENDPOINT to another',
  )
}

/** Node says only "fetch failed" and keeps the reason as a cause. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as { message: string; cause?: { message?: string } }
  return cause?.message ? `${message} (${cause.message})` : message
}
