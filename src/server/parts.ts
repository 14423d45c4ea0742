/**
 * The state of a page or an API stream in named parts; the server sends a part again only if it has
 * changed.
 */
export type Parts = ReadonlyMap<string, unknown>

/** Parts by name, as JSON text. */
export type Sent = ReadonlyMap<string, string>

/** Parts to set, and names of parts that no longer exist. */
export interface Change {
  readonly set: Readonly<Record<string, unknown>>
  readonly gone: readonly string[]
}

export function serialize(parts: Parts): Sent {
  return new Map([...parts].map(([key, value]) => [key, JSON.stringify(value)]))
}

/** The change from `before` to `after`; null if they are equal. */
export function changeBetween(before: Sent, after: Sent, parts: Parts): Change | null {
  const set = Object.fromEntries(
    [...after]
      .filter(([key, text]) => before.get(key) !== text)
      .map(([key]) => [key, parts.get(key)]),
  )
  const gone = [...before.keys()].filter(key => !after.has(key))
  return Object.keys(set).length === 0 && gone.length === 0 ? null : { set, gone }
}
