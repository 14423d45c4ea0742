import { createHash, type Hash } from 'node:crypto'
import { createReadStream, existsSync } from 'node:fs'
import { mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ReadableStream } from 'node:stream/web'
import { setTimeout } from 'node:timers/promises'
import { UserError } from '../errors.js'
import { optional } from '../util/optional.js'
import type { HubFile } from './listing.js'
import { StallWatch } from './stall.js'

/** Attempts without a new byte; each waits twice as long as the one before. */
const MAX_FAILED_ATTEMPTS = 5
/** Milliseconds before the second attempt. */
const FIRST_WAIT = 250

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined
  /** Milliseconds without a byte after which an attempt ends. */
  readonly stallLimit: number
}

/**
 * Downloads a file to `target`. An unfinished download stays beside it as `target.incomplete`, and
 * is resumed after a broken connection or by a later call. The file is renamed to `target` only
 * when size and checksum are the hub's.
 *
 * @param ask fetch with the token; throws UserErrors for what no second attempt can solve
 * @param onBytes called with the bytes of the file so far
 * @throws UserError when the hub sends more than it announced, the content does not match the hub's
 *   checksum, or attempts keep failing
 */
export async function download(
  file: HubFile,
  target: string,
  ask: typeof fetch,
  onBytes: (bytes: number) => void,
  { signal, stallLimit }: DownloadOptions,
): Promise<void> {
  if (existsSync(target)) return onBytes(file.size)
  await mkdir(dirname(target), { recursive: true })
  const partial = `${target}.incomplete`
  const resumed = (await fileBytes(partial)) > 0
  await fetchAll(file, partial, ask, onBytes, { signal, stallLimit })
  if (!(await isIntact(file, partial))) {
    await rm(partial, { force: true })
    // The part that an earlier call downloaded may have been damaged since.
    if (!resumed) throw checksumError(file)
    await fetchAll(file, partial, ask, onBytes, { signal, stallLimit })
    if (!(await isIntact(file, partial))) {
      await rm(partial, { force: true })
      throw checksumError(file)
    }
  }
  await rename(partial, target)
}

async function fetchAll(
  file: HubFile,
  partial: string,
  ask: typeof fetch,
  onBytes: (bytes: number) => void,
  options: DownloadOptions,
): Promise<void> {
  let failedAttempts = 0
  for (;;) {
    const before = await fileBytes(partial)
    if (before > file.size) await rm(partial)
    else if (before === file.size && (before > 0 || existsSync(partial))) return onBytes(before)
    let reason = 'the connection ended early'
    try {
      await fetchMore(file, partial, ask, onBytes, options)
    } catch (error) {
      options.signal?.throwIfAborted()
      if (error instanceof UserError || (error as NodeJS.ErrnoException).code === 'ENOSPC')
        throw error
      reason = errorReason(error)
    }
    failedAttempts =
      (await fileBytes(partial)) > before || (await fileBytes(partial)) === file.size
        ? 0
        : failedAttempts + 1
    if (failedAttempts === MAX_FAILED_ATTEMPTS)
      throw new UserError(
        file.url,
        `could not be fetched: ${reason}`,
        'Try again later: the download is resumed then',
      )
    if (failedAttempts > 0)
      await setTimeout(
        FIRST_WAIT * 2 ** (failedAttempts - 1),
        undefined,
        optional({ signal: options.signal }),
      )
  }
}

async function fetchMore(
  file: HubFile,
  partial: string,
  ask: typeof fetch,
  onBytes: (bytes: number) => void,
  { signal, stallLimit }: DownloadOptions,
): Promise<void> {
  const offset = await fileBytes(partial)
  const watch = new StallWatch(stallLimit, signal)
  try {
    const response = await ask(file.url, {
      headers:
        offset > 0
          ? { range: `bytes=${offset}-`, 'accept-encoding': 'identity' }
          : { 'accept-encoding': 'identity' },
      signal: watch.signal,
    })
    // A server without support for ranges sends the complete file.
    const isResumed = response.status === 206
    const out = await open(partial, isResumed ? 'a' : 'w')
    try {
      let bytes = isResumed ? offset : 0
      if (response.body === null) return
      for await (const chunk of response.body as ReadableStream<Uint8Array>) {
        watch.progress()
        bytes += chunk.length
        // Leaving the loop cancels the transfer, which might never end
        if (bytes > file.size) {
          await rm(partial)
          throw oversizeError(file)
        }
        await out.write(chunk)
        onBytes(bytes)
      }
      await out.sync()
    } finally {
      await out.close()
    }
  } finally {
    watch.end()
  }
}

async function isIntact({ size, checksum }: HubFile, path: string): Promise<boolean> {
  const hash: Hash = createHash(checksum.kind === 'sha256' ? 'sha256' : 'sha1')
  if (checksum.kind === 'git') hash.update(`blob ${size}\0`)
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 }))
    hash.update(chunk as Buffer)
  return hash.digest('hex') === checksum.hex.toLowerCase()
}

async function fileBytes(path: string): Promise<number> {
  return (await stat(path).catch(() => null))?.size ?? 0
}

function oversizeError({ url, size }: HubFile): UserError {
  return new UserError(
    url,
    `the hub sends more than the ${size} bytes that it announced`,
    'Try again; if that fails, a proxy or mirror changes files: set HF_ENDPOINT to another',
  )
}

function checksumError({ path, checksum }: HubFile): UserError {
  return new UserError(
    path,
    `the download does not have the hub's ${checksum.kind === 'git' ? 'SHA-1' : 'SHA-256'}`,
    'Try again; if that fails, a proxy or mirror changes files: set HF_ENDPOINT to another',
  )
}

/** Node's message is only "fetch failed"; the reason is its cause. */
function errorReason(error: unknown): string {
  const { message, cause } = error as { message: string; cause?: { message?: string } }
  return cause?.message ? `${message} (${cause.message})` : message
}
