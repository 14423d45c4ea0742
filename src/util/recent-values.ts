import { LRUCache } from 'lru-cache'

/**
 * Caches the values used last, by keys that identify them. For values that load without waiting;
 * see `LoadingCache` for the others.
 *
 * @example
 * const squares = new RecentValues<number>(8)
 * const square = squares.get('3') ?? squares.set('3', 9)
 */
export class RecentValues<T extends object | number | string> {
  readonly #values: LRUCache<string, T>

  /**
   * @param max total size of the values
   * @param size of a value, at least 1; each counts 1 by default
   */
  constructor(max: number, size?: (value: T) => number) {
    this.#values = size
      ? new LRUCache<string, T>({ maxSize: max, sizeCalculation: size })
      : new LRUCache<string, T>({ max })
  }

  get(key: string): T | undefined {
    return this.#values.get(key)
  }

  /** Returns the value. One that is larger than `max` is not cached. */
  set(key: string, value: T): T {
    this.#values.set(key, value)
    return value
  }
}

/** The bits of an array as a key: equal bits, equal keys. */
export function bitsKey({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('latin1')
}
