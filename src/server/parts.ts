/**
 * What a page or a program follows, in named pieces, each of which is sent again only when it has
 * changed.
 */
export type Parts = ReadonlyMap<string, unknown>

/** Pieces by name, as JSON text. */
export type Sent = ReadonlyMap<string, string>

/** What to put in place, and what is no longer there. */
export interface Change {
  readonly set: Readonly<Record<string, unknown>>
  readonly gone: readonly string[]
}

export function serialise(parts: Parts): Sent {
  return new Map([...parts].map(([key, value]) => [key, JSON.stringify(value)]))
}

/** What turns `before` into `after`; null when nothing does. */
export function changeBetween(before: Sent, after: Sent, parts: Parts): Change | null {
  const set = Object.fromEntries(
    [...after]
      .filter(([key, text]) => before.get(key) !== text)
      .map(([key]) => [key, parts.get(key)]),
  )
  const gone = [...before.keys()].filter(key => !after.has(key))
  return Object.keys(set).length === 0 && gone.length === 0 ? null : { set, gone }
}
