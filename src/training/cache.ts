/** Keeps the values used last. A value that failed to load is not kept. */
export interface Cache<T> {
  get(key: string, load: () => Promise<T>): Promise<T>
  clear(): Promise<void>
}

/** @param drop told of each value that leaves */
export function cacheOf<T>(size: number, drop: (value: T) => void | Promise<void>): Cache<T> {
  const kept = new Map<string, Promise<T>>()
  const leave = async (key: string): Promise<void> => {
    const value = kept.get(key)
    kept.delete(key)
    if (value) await value.then(drop, () => {})
  }
  return {
    async get(key, load) {
      const value = kept.get(key) ?? load()
      kept.delete(key)
      kept.set(key, value)
      value.catch(() => kept.delete(key))
      for (const oldest of [...kept.keys()].slice(0, -size)) await leave(oldest)
      return value
    },
    async clear() {
      for (const key of [...kept.keys()]) await leave(key)
    },
  }
}
