import { replaceFile } from '../util/replace-file.js'
import { onDisk } from './disk-error.js'

/**
 * Replaces the content of a study's file. The study's lock leaves one writer.
 *
 * @throws UserError on a full or read-only disk; the old content is then still there
 */
export async function replaceStudyFile(path: string, text: string): Promise<void> {
  await onDisk(path, () => replaceFile(path, text))
}
