import { readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { UserError } from '../errors.js'
import { onDisk } from './disk-error.js'
import { acquireLock } from './lock.js'
import { definitionPath, documentPath, isOwn, studyName } from './paths.js'

const ASIDE = '.deleted-'

/**
 * Deletes a study: its definition and all that runs have made. Other files in its folder, such as
 * the data set, stay. A folder without such files is renamed aside first, so that an interrupted
 * deletion leaves no half of a study.
 *
 * @returns names of what was left in the folder; empty when the folder is gone
 * @throws UserError when there is no such study or a manager runs it
 */
export async function deleteStudy(dir: string): Promise<readonly string[]> {
  const name = studyName(dir)
  if (!(await exists(definitionPath(dir))) && !(await exists(documentPath(dir)))) {
    throw new UserError(
      `study "${name}"`,
      'does not exist',
      'See "tune study list" for those that do',
    )
  }
  const lock = await acquireLock(dir)
  try {
    return await onDisk(dir, () => remove(dir))
  } finally {
    await lock.release()
  }
}

async function remove(dir: string): Promise<readonly string[]> {
  const root = dirname(dir)
  const names = await readdir(dir)
  const others = names.filter(name => !isOwn(name))
  if (others.length === 0)
    await rename(dir, join(root, `${ASIDE}${basename(dir)}-${process.pid}-${Date.now()}`))
  // The document goes last: until then an interrupted deletion can be seen, and repeated.
  else
    for (const name of names.filter(isOwn).sort(documentLast))
      await rm(join(dir, name), { recursive: true, force: true })
  await sweep(root)
  return others
}

/** Removes what has been renamed aside, by interrupted deletions too. */
async function sweep(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (name.startsWith(ASIDE))
      await rm(join(root, name), { recursive: true, force: true }).catch(() => undefined)
  }
}

function documentLast(a: string, b: string): number {
  return Number(a === 'study.json') - Number(b === 'study.json')
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
