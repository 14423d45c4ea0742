interface ArrayPool {
  /** Arrays of this length that were allocated. */
  allocated: number
  readonly spare: Float32Array[]
}

/** Reuses arrays to copy into, by length: never more than were in use at once. */
export class SpareArrays {
  readonly #pools = new Map<number, ArrayPool>()

  copy(data: Float32Array): Float32Array {
    const pool = this.#pool(data.length)
    const array = pool.spare.pop()
    if (!array) {
      pool.allocated++
      return data.slice()
    }
    array.set(data)
    return array
  }

  /** Hands in an array that is no longer used. */
  recycle(array: Float32Array): void {
    const { allocated, spare } = this.#pool(array.length)
    if (spare.length < allocated) spare.push(array)
  }

  clear(): void {
    this.#pools.clear()
  }

  #pool(length: number): ArrayPool {
    const pool = this.#pools.get(length) ?? { allocated: 0, spare: [] }
    this.#pools.set(length, pool)
    return pool
  }
}
