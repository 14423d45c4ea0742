import { takeSnapshot, type Parts, type Snapshot } from './parts.js'

/** The source of an event stream. */
export interface PartSource {
  /** Reads the present state; null once the study is deleted. */
  parts(): Promise<Parts | null>
  watch(onChange: () => void): () => void
}

/** Milliseconds for which a snapshot counts without a change that the watch reports. */
const LONGEST = 14_000
/**
 * Milliseconds from the start of a watch to the first snapshot that is kept: a change may happen
 * before its first look.
 */
const SETTLES_AFTER = 900

/** The streams that somebody listens to, by their key. */
export class Streams {
  readonly #open = new Map<string, SharedParts>()

  /** @param key equal for requests that get the same parts */
  open(key: string, source: PartSource): SharedParts {
    const stream = this.#open.get(key) ?? new SharedParts(source, () => this.#open.delete(key))
    this.#open.set(key, stream)
    return stream
  }
}

/**
 * One stream for all of its listeners: its state is read and rendered once per change, and kept
 * once, however many listen.
 */
export class SharedParts {
  readonly #source: PartSource
  readonly #onIdle: () => void
  readonly #listeners = new Set<() => void>()
  #unwatch: (() => void) | null = null
  #watchedSince = 0
  #changed = true
  #snapshot: { readonly at: number; readonly value: Snapshot | null } | null = null
  #reading: Promise<Snapshot | null> | null = null

  /** @param onIdle called when the last listener has left */
  constructor(source: PartSource, onIdle: () => void) {
    this.#source = source
    this.#onIdle = onIdle
  }

  /** @returns a function that ends the watch */
  watch(onChange: () => void): () => void {
    this.#listeners.add(onChange)
    if (!this.#unwatch) {
      this.#watchedSince = Date.now()
      this.#unwatch = this.#source.watch(() => {
        this.#changed = true
        for (const listener of this.#listeners) listener()
      })
    }
    return () => {
      if (!this.#listeners.delete(onChange) || this.#listeners.size > 0) return
      this.#unwatch?.()
      this.#unwatch = null
      this.#snapshot = null
      this.#onIdle()
    }
  }

  /** The present state; null once the study is deleted. */
  async read(): Promise<Snapshot | null> {
    if (this.#reading) {
      const snapshot = await this.#reading
      return this.#changed ? this.read() : snapshot
    }
    const last = this.#snapshot
    const isSettled = last !== null && last.at - this.#watchedSince >= SETTLES_AFTER
    if (isSettled && !this.#changed && Date.now() - last.at < LONGEST) return last.value
    this.#changed = false
    this.#reading = this.#take()
    try {
      return await this.#reading
    } finally {
      this.#reading = null
    }
  }

  async #take(): Promise<Snapshot | null> {
    const at = Date.now()
    const parts = await this.#source.parts()
    const value = parts && takeSnapshot(parts)
    if (this.#listeners.size > 0) this.#snapshot = { at, value }
    return value
  }
}
