import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { replaceFileSync } from '../util/replace-file.js'
import type { Reference } from './reference.js'
import { hubSettings } from './settings.js'

/**
 * A repository's folder in the cache, in the layout that Hugging Face's libraries share: contents
 * under `blobs` by their checksum, `snapshots/COMMIT` with a link for each file, `refs/NAME` with
 * the commit that a branch or tag pointed to.
 *
 * Source: https://huggingface.co/docs/huggingface_hub/guides/manage-cache
 */
export function repositoryFolder(cache: string, { kind, name }: Reference): string {
  return join(cache, [`${kind}s`, ...name.split('/')].join('--'))
}

export function blobPath(repository: string, hex: string): string {
  return join(repository, 'blobs', hex)
}

export function snapshotFolder(repository: string, commit: string): string {
  return join(repository, 'snapshots', commit)
}

/**
 * Finds a reference in the cache, without a network.
 *
 * @returns a folder, or the file that the reference names; null when a file is missing
 */
export function cachedFolder(
  reference: Reference,
  cache = hubSettings(reference.hub).cache,
): string | null {
  const repository = repositoryFolder(cache, reference)
  const commit = cachedCommit(repository, reference)
  if (commit === null) return null
  const folder = snapshotFolder(repository, commit)
  const complete =
    isFetched(repository, commit, reference.path) ||
    (reference.kind === 'model' && isCompleteModel(folder))
  return complete ? join(folder, reference.path) : null
}

/** The commit that a reference pointed to when it was last fetched. */
function cachedCommit(repository: string, { revision, hub }: Reference): string | null {
  const name = revision ?? (hub === 'hf' ? 'main' : 'master')
  if (/^[0-9a-f]{40}$/.test(name)) return name
  return readText(join(repository, 'refs', name))?.trim() || null
}

/** Python's library fetches single files and does not record what is complete. */
function isCompleteModel(folder: string): boolean {
  if (!['config.json', 'tokenizer.json'].every(name => existsSync(join(folder, name)))) return false
  if (existsSync(join(folder, 'model.safetensors'))) return true
  const index = readText(join(folder, 'model.safetensors.index.json'))
  if (index === null) return false
  const { weight_map: map = {} } = JSON.parse(index) as { weight_map?: Record<string, string> }
  return Object.values(map).every(shard => existsSync(join(folder, shard)))
}

function isFetched(repository: string, commit: string, path: string): boolean {
  const recorded =
    readText(recordPath(repository, commit, path)) ?? readText(recordPath(repository, commit, ''))
  return (
    recorded !== null &&
    (JSON.parse(recorded) as string[]).every(file =>
      existsSync(join(snapshotFolder(repository, commit), file)),
    )
  )
}

/** Records that the cache has all files of a reference. */
export function recordFetch(
  repository: string,
  reference: Reference,
  commit: string,
  files: readonly string[],
): void {
  replaceFileSync(recordPath(repository, commit, reference.path), JSON.stringify(files))
  const name = reference.revision ?? (reference.hub === 'hf' ? 'main' : 'master')
  if (name !== commit) replaceFileSync(join(repository, 'refs', name), commit)
}

function recordPath(repository: string, commit: string, path: string): string {
  return join(
    repository,
    'tune',
    `${commit}${path === '' ? '' : `-${encodeURIComponent(path)}`}.json`,
  )
}

/** Links a blob as a file of a snapshot. */
export function linkFile(repository: string, commit: string, path: string, hex: string): void {
  const link = join(snapshotFolder(repository, commit), path)
  const blob = blobPath(repository, hex)
  if (existsSync(link)) return
  mkdirSync(dirname(link), { recursive: true })
  rmSync(link, { force: true })
  try {
    symlinkSync(relative(dirname(link), blob), link)
  } catch (error) {
    // On Windows only some users may create links.
    if (!['EPERM', 'EACCES', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw error
    copyFileSync(blob, link)
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
