import { mkdir } from 'node:fs/promises'

/**
 * Makes a study's folder, which only its owner can enter: its records, data and sockets are not for
 * other users of the machine. A folder that is there keeps its mode.
 */
export async function makeStudyFolder(dir: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
}
