import { stat } from 'node:fs/promises'
import { UserError } from '../errors.js'
import { readDocument } from './document.js'
import { isHeld } from './lock.js'
import { readCurves } from './metrics.js'
import { definitionPath, studyName } from './paths.js'
import type { StudySnapshot } from './store.js'

/**
 * Reads a study as it is now, whoever may be running it.
 *
 * @throws UserError when there is no such study, it has not been run yet, or a file is damaged
 */
export async function readStudy(dir: string): Promise<StudySnapshot> {
  const [document, live] = await Promise.all([readDocument(dir), isHeld(dir)])
  if (!document) throw await nothingThere(dir)
  const epochs = await readCurves(dir, document)
  return { dir, document, epochs, live }
}

async function nothingThere(dir: string): Promise<UserError> {
  const name = studyName(dir)
  const defined = await stat(definitionPath(dir)).then(
    () => true,
    () => false,
  )
  return defined
    ? new UserError(
        `study "${name}"`,
        'has not been run yet',
        `Run it with "tune study run ${name}"`,
      )
    : new UserError(`study "${name}"`, 'does not exist', 'See "tune study list" for those that do')
}
