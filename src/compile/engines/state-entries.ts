/** What an engine stores for each name of a state. After the disposal there is nothing. */
export class StateEntries<Entry> {
  readonly names: readonly string[]
  readonly #entries: Map<string, Entry>

  constructor(entries: Iterable<readonly [string, Entry]>) {
    this.#entries = new Map(entries)
    this.names = [...this.#entries.keys()]
  }

  /** @throws Error when there is none of that name, or the state was disposed */
  get(name: string): Entry {
    const entry = this.#entries.get(name)
    if (entry === undefined) {
      const names = [...this.#entries.keys()].join(', ')
      throw new Error(`no state ${name}; there are ${names || 'none: it was disposed'}`)
    }
    return entry
  }

  set(name: string, entry: Entry): void {
    this.#entries.set(name, entry)
  }

  values(): Entry[] {
    return [...this.#entries.values()]
  }

  /** Removes all entries and returns them. */
  clear(): Entry[] {
    const entries = this.values()
    this.#entries.clear()
    return entries
  }
}
