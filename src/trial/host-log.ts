import { appendFileSync, closeSync, openSync, readSync, statSync, truncateSync } from 'node:fs'

/** A log that has grown beyond this is cut, in bytes. */
const LIMIT = 8 * 1024 * 1024
/** Bytes of its end that are retained then. */
const RETAINED = 64 * 1024
/** Milliseconds between two looks at its size. */
const LOOK_EVERY = 5_000

/** The file that takes what a device host and the programs in it print; its size is bounded. */
export class HostLog {
  readonly #path: string
  readonly #limit: number
  readonly #timer: NodeJS.Timeout
  /** Where the output of this host begins. */
  #from: number

  constructor(path: string, { limit = LIMIT, lookEvery = LOOK_EVERY } = {}) {
    this.#path = path
    this.#limit = limit
    this.#cut()
    this.#from = fileBytes(path)
    this.#timer = setInterval(() => this.#cut(), lookEvery)
    this.#timer.unref()
  }

  /** The last bytes of this host's output, as text. */
  tail(bytes: number): string {
    return readEnd(this.#path, this.#from, bytes)
  }

  close(): void {
    clearInterval(this.#timer)
  }

  /** Hosts append, so that they continue at the new end. */
  #cut(): void {
    const size = fileBytes(this.#path)
    if (size <= this.#limit) return
    try {
      const end = readEnd(this.#path, 0, Math.min(RETAINED, this.#limit))
      truncateSync(this.#path)
      const megabytes = ((size - Buffer.byteLength(end)) / 1e6).toFixed(1)
      appendFileSync(this.#path, `[tune: ${megabytes} MB of earlier output were removed]\n${end}`)
      this.#from = 0
    } catch {
      // A full disk: the next look may succeed.
    }
  }
}

function readEnd(path: string, from: number, bytes: number): string {
  const size = fileBytes(path)
  const start = Math.max(from, size - bytes)
  if (size <= start) return ''
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(size - start)
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, buffer.length, start))
  } finally {
    closeSync(file)
  }
}

function fileBytes(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}
