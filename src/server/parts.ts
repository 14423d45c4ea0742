import { createHash } from 'node:crypto'

/**
 * The state of a page or an API stream in named parts; the server sends a part again only if it has
 * changed.
 */
export type Parts = ReadonlyMap<string, unknown>

/** Parts at one moment, as they are sent. All listeners of a stream share it. */
export interface Snapshot {
  /** The version of the state. */
  readonly id: string
  /** JSON text by name. */
  readonly texts: ReadonlyMap<string, string>
  /** Hash of the text by name: what a listener remembers of what it was sent. */
  readonly hashes: Hashes
}

export type Hashes = ReadonlyMap<string, string>

export function takeSnapshot(parts: Parts): Snapshot {
  const texts = new Map<string, string>()
  const hashes = new Map<string, string>()
  const all = createHash('sha1')
  for (const [key, value] of parts) {
    const text = JSON.stringify(value)
    const hash = createHash('sha1').update(text).digest('base64url')
    texts.set(key, text)
    hashes.set(key, hash)
    all.update(key).update('\0').update(hash).update('\0')
  }
  return { id: all.digest('base64url'), texts, hashes }
}

/** The whole state: `{ set, gone }` as JSON text. */
export function wholeState({ texts }: Snapshot): string {
  return changeText(texts, [...texts.keys()], [])
}

/** The change since `before`: `{ set, gone }` as JSON text; null if there is none. */
export function changeBetween(before: Hashes, { texts, hashes }: Snapshot): string | null {
  if (before === hashes) return null
  const set = [...hashes].filter(([key, hash]) => before.get(key) !== hash).map(([key]) => key)
  const gone = [...before.keys()].filter(key => !hashes.has(key))
  return set.length === 0 && gone.length === 0 ? null : changeText(texts, set, gone)
}

function changeText(
  texts: ReadonlyMap<string, string>,
  set: readonly string[],
  gone: readonly string[],
): string {
  const fields = set.map(key => `${JSON.stringify(key)}:${texts.get(key)}`)
  return `{"set":{${fields.join(',')}},"gone":${JSON.stringify(gone)}}`
}
