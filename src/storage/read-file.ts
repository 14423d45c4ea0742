import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { UserError } from '../errors.js'

/**
 * Reads a file of a study. A named pipe or a device in its place would keep a reader waiting.
 *
 * @throws UserError for what is no file, the system's error otherwise
 */
export async function readRegularFile(path: string): Promise<Buffer> {
  // Without O_NONBLOCK, opening a pipe waits for a writer.
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  try {
    const stats = await file.stat()
    // Reading a folder fails with the system's error.
    if (stats.isFile() || stats.isDirectory()) return await file.readFile()
    throw new UserError(path, 'is a pipe or a device, not a file', 'Move it out of the way')
  } finally {
    await file.close()
  }
}
