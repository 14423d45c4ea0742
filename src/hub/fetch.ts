import { join } from 'node:path'
import { unreachable, UserError } from '../errors.js'
import { asker } from './ask.js'
import {
  blobPath,
  cachedFolder,
  linkFile,
  noteFetched,
  repositoryFolder,
  snapshotFolder,
} from './cache.js'
import { download } from './download.js'
import { listHuggingFace } from './hugging-face.js'
import type { HubFile, List, Listing } from './listing.js'
import { listModelScope } from './model-scope.js'
import { formatReference, parseReference, type Reference } from './reference.js'
import { hubSettings, type HubSettings } from './settings.js'
import { wantedFiles } from './wanted.js'

/** How far a fetch is. */
export interface FetchProgress {
  readonly reference: string
  /** The file that is on its way. */
  readonly file: string
  /** Of all files together. */
  readonly bytes: number
  readonly totalBytes: number
}

export interface FetchOptions {
  readonly onProgress?: ((progress: FetchProgress) => void) | undefined
  /** Abort to stop; what has arrived is kept, and a later call goes on from it. */
  readonly signal?: AbortSignal | undefined
  /** Ask the hub where a branch stands now, though the cache has what it last stood at. */
  readonly refresh?: boolean | undefined
}

/**
 * Fetches a model or a data set into the user's cache, where Hugging Face's Python libraries find
 * it too, as they find theirs. What is there already is not fetched again.
 *
 * @param text `hf:org/name`, `hf:org/name@revision`, `hf:datasets/org/name`, `modelscope:org/name`
 * @returns the folder, or the file that the name of a data set ends in
 * @throws UserError where it doesn't exist, may not be read, arrives damaged, or isn't there and
 *   nothing may be fetched
 */
export async function fetchFromHub(text: string, options: FetchOptions = {}): Promise<string> {
  return (await fetchReference(parseReference(text), options)).folder
}

/**
 * As `fetchFromHub`, and says under which name the very same content can be had again: with the
 * commit as its revision.
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

/** @returns `commit` null where the hub can't be asked for one */
async function fetchReference(
  reference: Reference,
  { onProgress, signal, refresh = false }: FetchOptions,
): Promise<{ folder: string; commit: string | null }> {
  const settings = hubSettings(reference.hub)
  const cached = cachedFolder(reference, settings.cache)
  const isCommit = /^[0-9a-f]{40}$/.test(reference.revision ?? '')
  if (cached !== null && (!refresh || isCommit || settings.offline))
    return { folder: cached, commit: commitIn(reference, settings, cached) }
  if (settings.offline) {
    throw new UserError(
      formatReference(reference),
      'is not in the cache, and HF_HUB_OFFLINE forbids to fetch it',
      `Unset HF_HUB_OFFLINE, or name a folder; the cache is ${settings.cache}`,
    )
  }
  const ask = asker(reference, settings)
  const listing = await list(reference, settings, ask)
  const repository = repositoryFolder(settings.cache, reference)
  const files = wantedFiles(reference, listing.files)
  refuseEscapes(reference, listing.commit, files)
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
      signal,
    )
    linkFile(repository, listing.commit, path, checksum.hex)
    done += size
  }
  noteFetched(
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

async function list(
  reference: Reference,
  settings: HubSettings,
  ask: typeof fetch,
): Promise<Listing> {
  try {
    return await listers(reference)(reference, settings, ask)
  } catch (error) {
    if (error instanceof UserError) throw error
    const { message, cause } = error as { message: string; cause?: { message?: string } }
    throw new UserError(
      formatReference(reference),
      `the hub cannot be reached: ${cause?.message ?? message}`,
      `Check the network and ${reference.hub === 'hf' ? 'HF_ENDPOINT' : 'MODELSCOPE_ENDPOINT'} (${settings.endpoint}), or name a folder`,
    )
  }
}

function listers({ hub }: Reference): List {
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
function commitIn(reference: Reference, { cache }: HubSettings, folder: string): string | null {
  if (reference.hub !== 'hf') return null
  return (
    folder
      .slice(snapshotFolder(repositoryFolder(cache, reference), '').length)
      .split(/[\\/]/)
      .find(part => part !== '') ?? null
  )
}

/** Names come from the hub, and are joined to a folder of the user's. */
function refuseEscapes(reference: Reference, commit: string, files: readonly HubFile[]): void {
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
