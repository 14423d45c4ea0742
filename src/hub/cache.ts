import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { replaceFileSync } from '../util/replace-file.js'
import type { Reference } from './reference.js'
import { hubSettings } from './settings.js'

/**
 * A repository's place in the cache, in the layout that Hugging Face's libraries share: contents
 * under `blobs` by their checksum, `snapshots/COMMIT` with a link for each file, `refs/NAME` with
 * the commit that a branch or tag stood at.
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
 * Where the cache has what a reference names, or null where anything of it is missing. Only looks
 * at the disk.
 *
 * @returns a folder, or the file that the reference names
 */
export function cachedFolder(
  reference: Reference,
  cache = hubSettings(reference.hub).cache,
): string | null {
  const repository = repositoryFolder(cache, reference)
  const commit = commitOf(repository, reference)
  if (commit === null) return null
  const folder = snapshotFolder(repository, commit)
  const complete =
    isFetched(repository, commit, reference.path) ||
    (reference.kind === 'model' && isWholeModel(folder))
  return complete ? join(folder, reference.path) : null
}

/** The commit that a reference stood at when it was last asked for. */
function commitOf(repository: string, { revision, hub }: Reference): string | null {
  const name = revision ?? (hub === 'hf' ? 'main' : 'master')
  if (/^[0-9a-f]{40}$/.test(name)) return name
  return textOf(join(repository, 'refs', name))?.trim() || null
}

/** Python fetches file by file and says nowhere what is complete. */
function isWholeModel(folder: string): boolean {
  if (!['config.json', 'tokenizer.json'].every(name => existsSync(join(folder, name)))) return false
  if (existsSync(join(folder, 'model.safetensors'))) return true
  const index = textOf(join(folder, 'model.safetensors.index.json'))
  if (index === null) return false
  const { weight_map: map = {} } = JSON.parse(index) as { weight_map?: Record<string, string> }
  return Object.values(map).every(shard => existsSync(join(folder, shard)))
}

function isFetched(repository: string, commit: string, path: string): boolean {
  const whole =
    textOf(markPath(repository, commit, path)) ?? textOf(markPath(repository, commit, ''))
  return (
    whole !== null &&
    (JSON.parse(whole) as string[]).every(file =>
      existsSync(join(snapshotFolder(repository, commit), file)),
    )
  )
}

/** Notes that all files are there that a reference needs. */
export function noteFetched(
  repository: string,
  reference: Reference,
  commit: string,
  files: readonly string[],
): void {
  replaceFileSync(markPath(repository, commit, reference.path), JSON.stringify(files))
  const name = reference.revision ?? (reference.hub === 'hf' ? 'main' : 'master')
  if (name !== commit) replaceFileSync(join(repository, 'refs', name), commit)
}

function markPath(repository: string, commit: string, path: string): string {
  return join(
    repository,
    'tune',
    `${commit}${path === '' ? '' : `-${encodeURIComponent(path)}`}.json`,
  )
}

/** Makes a blob appear as a file of a snapshot. */
export function linkFile(repository: string, commit: string, path: string, hex: string): void {
  const link = join(snapshotFolder(repository, commit), path)
  const blob = blobPath(repository, hex)
  if (existsSync(link)) return
  mkdirSync(dirname(link), { recursive: true })
  rmSync(link, { force: true })
  try {
    symlinkSync(relative(dirname(link), blob), link)
  } catch (error) {
    // Windows lets only some users link
    if (!['EPERM', 'EACCES', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? ''))
      throw error
    copyFileSync(blob, link)
  }
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}
