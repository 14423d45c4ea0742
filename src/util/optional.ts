/** The entries of T; those that may be undefined become optional keys. */
export type Optional<T> = {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>
} & { [K in keyof T as undefined extends T[K] ? never : K]: T[K] }

/**
 * Drops the entries that are undefined, so that an object has no keys without a value.
 *
 * @example
 * optional({ seed: 1, engine: undefined }) // { seed: 1 }
 */
export function optional<T extends object>(entries: T): Optional<T> {
  return Object.fromEntries(
    Object.entries(entries).filter(([, value]) => value !== undefined),
  ) as Optional<T>
}
