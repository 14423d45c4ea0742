import type { StateBuffer } from './onnxruntime-state.js'

/** Counts a program's successive runs on the same, unchanged buffers. */
export class UnchangedRuns {
  #buffers: readonly StateBuffer[] | null = null
  #versions: readonly number[] = []
  #count = 0

  /** @returns the number of runs on these buffers before this one, since the last change */
  next(buffers: readonly StateBuffer[]): number {
    if (this.#isUnchanged(buffers)) return ++this.#count
    this.#buffers = buffers
    this.#versions = buffers.map(({ version }) => version)
    this.#count = 0
    return 0
  }

  usesAny(buffers: ReadonlySet<StateBuffer>): boolean {
    return this.#buffers?.some(buffer => buffers.has(buffer)) ?? false
  }

  /** The next run is the first. */
  reset(): void {
    this.#buffers = null
  }

  #isUnchanged(buffers: readonly StateBuffer[]): boolean {
    return (
      this.#buffers?.length === buffers.length &&
      buffers.every(
        (buffer, i) => buffer === this.#buffers![i] && buffer.version === this.#versions[i],
      )
    )
  }
}
