import { LRUCache } from 'lru-cache'

/**
 * Caches the values used last. A value is loaded once, also for concurrent calls; one that failed
 * to load is loaded anew by the next call.
 *
 * @example
 * const models = new LoadingCache<Model>(2, model => model.dispose())
 * const model = await models.get(path, () => loadModel(path))
 */
export class LoadingCache<T> {
  readonly #values: LRUCache<string, Promise<T>>
  /** Disposals that have begun and not ended. */
  readonly #disposals = new Set<Promise<unknown>>()

  /** @param dispose called for each value that leaves the cache */
  constructor(max: number, dispose: (value: T) => void | Promise<void> = () => {}) {
    this.#values = new LRUCache<string, Promise<T>>({
      max,
      dispose: value => {
        const disposal = value.then(dispose, () => {})
        this.#disposals.add(disposal)
        void disposal.finally(() => this.#disposals.delete(disposal)).catch(() => {})
      },
    })
  }

  /**
   * Resolves once the value that had to leave, if any, is disposed of.
   *
   * @throws what `load` or `dispose` throws
   */
  async get(key: string, load: () => Promise<T>): Promise<T> {
    const cached = this.#values.get(key)
    const value = cached ?? load()
    if (!cached) {
      this.#values.set(key, value)
      value.catch(() => {
        if (this.#values.peek(key) === value) this.#values.delete(key)
      })
    }
    await Promise.all(this.#disposals)
    return value
  }

  async clear(): Promise<void> {
    this.#values.clear()
    await Promise.all(this.#disposals)
  }
}
