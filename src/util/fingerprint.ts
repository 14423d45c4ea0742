import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'

/** What identifies a file's content. */
export interface Fingerprint {
  readonly bytes: number
  readonly sha256: string
}

export async function fingerprint(path: string): Promise<Fingerprint> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash)
  return { bytes: (await stat(path)).size, sha256: hash.digest('hex') }
}
