import { join } from 'node:path'
import { unreachable, UserError } from '../errors.js'
import { authorizedFetch } from './authorized-fetch.js'
import {
  blobPath,
  cachedFolder,
  linkFile,
  recordFetch,
  repositoryFolder,
  snapshotFolder,
} from './cache.js'
import { download } from './download.js'
import { listHuggingFace } from './hugging-face.js'
import type { HubFile, List, Listing } from './listing.js'
import { listModelScope } from './model-scope.js'
import { formatReference, parseReference, type Reference } from './reference.js'
import { hubSettings, type HubSettings } from './settings.js'
import { requiredFiles } from './required-files.js'

/** Progress of a fetch. */
export interface FetchProgress {
  readonly reference: string
  /** The file that is being downloaded. */
  readonly file: string
  /** Of all files together. */
  readonly bytes: number
  readonly totalBytes: number
}

export interface FetchOptions {
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined
  /** Aborts the fetch; a later call resumes it. */
  readonly signal?: AbortSignal | undefined
  /** Check whether a branch has changed, even if it is in the cache. */
  readonly refresh?: boolean | undefined
}

/**
 * Fetches a model or a data set into the user's cache, which Hugging Face's Python libraries share.
 * Files in the cache are not fetched again.
 *
 * @param text `hf:org/name`, `hf:org/name@revision`, `hf:datasets/org/name`, `modelscope:org/name`
 * @returns the folder, or the file that the name of a data set ends in
 * @throws UserError when it does not exist, may not be read, arrives damaged, or, in offline mode,
 *   is not in the cache
 */
export async function fetchFromHub(text: string, options: FetchOptions = {}): Promise<string> {
  return (await fetchReference(parseReference(text), options)).folder
}

/**
 * As `fetchFromHub`, with the name of exactly this content: with the commit as its revision.
 */
export async function fetchPinned(
  text: string,
  options: FetchOptions = {},
): Promise<{ readonly folder: string; readonly pinned: string }> {
  const reference = parseReference(text)
  const { folder, commit } = await fetchReference(reference, { refresh: true, ...options })
  return {
    folder,
    pinned: formatReference(commit === null ? reference : { ...reference, revision: commit }),
  }
}

/** @returns `commit` null when the hub cannot fetch by commit */
async function fetchReference(
  reference: Reference,
  { onProgress, signal, refresh = false }: FetchOptions,
): Promise<{ folder: string; commit: string | null }> {
  const settings = hubSettings(reference.hub)
  const cached = cachedFolder(reference, settings.cache)
  const isCommit = /^[0-9a-f]{40}$/.test(reference.revision ?? '')
  if (cached !== null && (!refresh || isCommit || settings.offline))
    return { folder: cached, commit: snapshotCommit(reference, settings, cached) }
  if (settings.offline) {
    throw new UserError(
      formatReference(reference),
      'is not in the cache, and HF_HUB_OFFLINE forbids to fetch it',
      `Unset HF_HUB_OFFLINE, or name a folder; the cache is ${settings.cache}`,
    )
  }
  const ask = authorizedFetch(reference, settings)
  const listing = await listFiles(reference, settings, signal)
  const repository = repositoryFolder(settings.cache, reference)
  const files = requiredFiles(reference, listing.files)
  checkPaths(reference, listing.commit, files)
  const totalBytes = files.reduce((sum, { size }) => sum + size, 0)
  let done = 0
  for (const file of files) {
    signal?.throwIfAborted()
    const { path, size, checksum } = file
    await download(
      file,
      blobPath(repository, checksum.hex),
      ask,
      bytes =>
        onProgress?.({
          reference: formatReference(reference),
          file: path,
          bytes: done + bytes,
          totalBytes,
        }),
      { signal, stallLimit: settings.stallLimit },
    )
    linkFile(repository, listing.commit, path, checksum.hex)
    done += size
  }
  recordFetch(
    repository,
    reference,
    listing.commit,
    files.map(({ path }) => path),
  )
  return {
    folder: join(snapshotFolder(repository, listing.commit), reference.path),
    commit: listing.canPin ? listing.commit : null,
  }
}

async function listFiles(
  reference: Reference,
  settings: HubSettings,
  signal: AbortSignal | undefined,
): Promise<Listing> {
  // A list is short: it has a limit of its own, however slowly it arrives
  const limit = AbortSignal.timeout(settings.stallLimit)
  const both = signal ? AbortSignal.any([signal, limit]) : limit
  const ask = authorizedFetch(reference, settings)
  try {
    return await hubLister(reference)(reference, settings, (input, init) =>
      ask(input, { ...init, signal: both }),
    )
  } catch (error) {
    signal?.throwIfAborted()
    if (error instanceof UserError) throw error
    const variable = reference.hub === 'hf' ? 'HF_ENDPOINT' : 'MODELSCOPE_ENDPOINT'
    const { message, cause } = error as { message: string; cause?: { message?: string } }
    const reason = limit.aborted
      ? `it has sent no list of files within ${settings.stallLimit / 1000} s`
      : (cause?.message ?? message)
    throw new UserError(
      formatReference(reference),
      `the hub cannot be reached: ${reason}`,
      `Check the network and ${variable} (${settings.endpoint}), or name a folder`,
    )
  }
}

function hubLister({ hub }: Reference): List {
  switch (hub) {
    case 'hf':
      return listHuggingFace
    case 'modelscope':
      return listModelScope
    default:
      return unreachable(hub)
  }
}

/** A snapshot's folder is named after its commit. */
function snapshotCommit(
  reference: Reference,
  { cache }: HubSettings,
  folder: string,
): string | null {
  if (reference.hub !== 'hf') return null
  return (
    folder
      .slice(snapshotFolder(repositoryFolder(cache, reference), '').length)
      .split(/[\\/]/)
      .find(part => part !== '') ?? null
  )
}

/** Names come from the hub, and are joined to a folder of the user's. */
function checkPaths(reference: Reference, commit: string, files: readonly HubFile[]): void {
  const isHex = (sum: string): boolean => /^[0-9a-f]{40,64}$/i.test(sum)
  const isBelow = (path: string): boolean =>
    !/^[A-Za-z]:|\\/.test(path) &&
    path.split('/').every(part => part !== '' && part !== '.' && part !== '..')
  const bad = !isHex(commit)
    ? commit
    : files
        .map(({ path, checksum }) => (isHex(checksum.hex) ? path : checksum.hex))
        .find((name, i) => name !== files[i]!.path || !isBelow(name))
  if (bad !== undefined)
    throw new UserError(
      formatReference(reference),
      `the hub names something ${JSON.stringify(bad)} that is no file of a repository`,
      'Do not use this repository',
    )
}
