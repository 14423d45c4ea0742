import { readFile, stat } from 'node:fs/promises'
import { UserError } from '../errors.js'

/**
 * Reads a file of a study. A named pipe or a device in its place would keep a reader waiting.
 *
 * @throws UserError for a pipe or a device, the system's error otherwise
 */
export async function readRegularFile(path: string): Promise<Buffer> {
  const stats = await stat(path)
  // Reading a folder fails with the system's error.
  if (stats.isFile() || stats.isDirectory()) return readFile(path)
  throw new UserError(path, 'is a pipe or a device, not a file', 'Move it out of the way')
}
