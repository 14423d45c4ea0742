import { constants, existsSync } from 'node:fs'
import { copyFile, cp, link, mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import type { EpochMetrics } from '../../record/metric.js'
import { fingerprint, type Fingerprint } from '../../util/fingerprint.js'
import { writeDurably } from '../../util/fsync.js'
import { replaceFolder } from '../../util/replace-folder.js'

/** The files that a training of the user's own had saved when an epoch ended. */
export interface Snapshot {
  readonly epoch: number
  /** The training's epochs up to this one. */
  readonly history: readonly EpochMetrics[]
  /** By path below the folder, with slashes. */
  readonly files: Readonly<Record<string, Fingerprint>>
}

const MANIFEST = 'manifest.json'
const FILES = 'files'

/** Where a snapshot's files are: a folder that looks as the training left it. */
export function snapshotFiles(snapshot: string): string {
  return join(snapshot, FILES)
}

/**
 * Copies what is at `source`, a folder or a file, to the snapshot `dir`, which is replaced as a
 * whole once all is on the disk.
 *
 * @returns false, and nothing is replaced, when there is nothing at `source` or it changes while it
 *   is copied
 */
export async function takeSnapshot(
  source: string,
  dir: string,
  position: Omit<Snapshot, 'files'>,
): Promise<boolean> {
  const before = await listing(source)
  if (before.size === 0) return false
  return replaceFolder(dir, async fresh => {
    const files = snapshotFiles(fresh)
    await mkdir(files, { recursive: true })
    // Where the file system can, the copy shares its blocks until one of them is written to.
    const single = !(await stat(source)).isDirectory()
    const target = single ? join(files, source.split(sep).at(-1)!) : files
    try {
      await cp(source, target, {
        recursive: true,
        dereference: true,
        mode: constants.COPYFILE_FICLONE,
      })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      return false
    }
    if (!same(before, await listing(source))) return false
    await writeManifest(fresh, { ...position, files: await fingerprints(files) })
    return true
  })
}

/**
 * Puts a snapshot at another place as well. Snapshots never change, so the two share their files.
 */
export async function shareSnapshot(from: string, to: string): Promise<void> {
  const snapshot = await readSnapshot(from)
  if (!snapshot) return
  await replaceFolder(to, async fresh => {
    for (const path of Object.keys(snapshot.files)) {
      const target = join(snapshotFiles(fresh), path)
      await mkdir(dirname(target), { recursive: true })
      await link(join(snapshotFiles(from), path), target).catch(() =>
        copyFile(join(snapshotFiles(from), path), target),
      )
    }
    await writeManifest(fresh, snapshot)
  })
}

/** @returns null when there is none, or one whose files are not those that were saved */
export async function readIntactSnapshot(dir: string): Promise<Snapshot | null> {
  const snapshot = await readSnapshot(dir)
  if (!snapshot) return null
  const found = await fingerprints(snapshotFiles(dir)).catch(() => ({}))
  return JSON.stringify(found) === JSON.stringify(snapshot.files) ? snapshot : null
}

/**
 * Copies a snapshot's files to a folder of the user's, with one file more that says where they are
 * from.
 *
 * @param about goes to `tune-trial.json`
 * @returns whether the files are, byte for byte, those that were saved; when they are not, nothing
 *   is left at `dir`
 */
export async function copySnapshot(snapshot: string, dir: string, about: object): Promise<boolean> {
  const saved = await readSnapshot(snapshot)
  return replaceFolder(dir, async fresh => {
    await cp(snapshotFiles(snapshot), fresh, { recursive: true, mode: constants.COPYFILE_FICLONE })
    const intact =
      saved && JSON.stringify(await fingerprints(fresh)) === JSON.stringify(saved.files)
    if (!intact) return false
    await writeDurably(join(fresh, 'tune-trial.json'), `${JSON.stringify(about, null, 2)}\n`)
    return true
  })
}

export async function readSnapshot(dir: string): Promise<Snapshot | null> {
  try {
    return JSON.parse(await readFile(join(dir, MANIFEST), 'utf8')) as Snapshot
  } catch {
    return null
  }
}

async function writeManifest(dir: string, snapshot: Snapshot): Promise<void> {
  await writeDurably(join(dir, MANIFEST), `${JSON.stringify({ format: 1, ...snapshot })}\n`)
}

/** Size and time of each file, by its path. */
async function listing(root: string): Promise<Map<string, string>> {
  const entries = new Map<string, string>()
  for (const path of await filesBelow(root)) {
    const { size, mtimeMs } = await stat(path).catch(() => ({ size: -1, mtimeMs: 0 }))
    entries.set(path, `${size} ${mtimeMs}`)
  }
  return entries
}

function same(a: ReadonlyMap<string, string>, b: ReadonlyMap<string, string>): boolean {
  return a.size === b.size && [...a].every(([path, mark]) => b.get(path) === mark)
}

async function fingerprints(root: string): Promise<Record<string, Fingerprint>> {
  const found: Record<string, Fingerprint> = {}
  for (const path of (await filesBelow(root)).sort()) {
    found[relative(root, path).split(sep).join('/')] = await fingerprint(path)
  }
  return found
}

async function filesBelow(root: string): Promise<string[]> {
  if (!existsSync(root)) return []
  if (!(await stat(root)).isDirectory()) return [root]
  const entries = await readdir(root, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => !entry.isDirectory())
    .map(entry => join(entry.parentPath, entry.name))
}
