import { stat } from 'node:fs/promises'
import { watchManager } from './control-client.js'
import { isHeld } from './lock.js'
import { documentPath, journalPath, trialsDir } from './paths.js'

/** Every how many looks the lock is looked at too: a manager's death changes no file. */
const LOOKS_PER_LOCK = 8

/**
 * Calls back after a study on disk has changed: its document, a curve, or whether a manager runs
 * it.
 *
 * While a manager runs the study, its events on the control channel call back at once. The times of
 * three files are compared too, whatever the number of trials: without a manager they are all there
 * is, and a network disk reports no change events. Changes between two looks are one call.
 *
 * @returns a function that ends the watch
 */
export function watchStudy(dir: string, onChange: () => void, { everyMs = 250 } = {}): () => void {
  const watch = new StudyWatch(dir, onChange, everyMs)
  return () => watch.close()
}

class StudyWatch {
  readonly #dir: string
  readonly #onChange: () => void
  readonly #everyMs: number
  #state: 'open' | 'closed' = 'open'
  #stamp: string | null = null
  #held = false
  #looks = 0
  #timer: NodeJS.Timeout | undefined
  /** Ends the subscription to the manager; null without one. */
  #unsubscribe: (() => void) | null = null

  constructor(dir: string, onChange: () => void, everyMs: number) {
    this.#dir = dir
    this.#onChange = onChange
    this.#everyMs = everyMs
    void this.#look()
  }

  close(): void {
    this.#state = 'closed'
    clearTimeout(this.#timer)
    this.#unsubscribe?.()
  }

  async #look(): Promise<void> {
    if (this.#looks++ % LOOKS_PER_LOCK === 0) {
      this.#held = await isHeld(this.#dir)
      if (this.#held && !this.#unsubscribe) await this.#subscribe()
    }
    const files = [documentPath(this.#dir), journalPath(this.#dir), trialsDir(this.#dir)]
    const now = [String(this.#held), ...(await Promise.all(files.map(stamp)))].join(' ')
    if (this.#state === 'closed') return
    if (this.#stamp !== null && this.#stamp !== now) this.#onChange()
    this.#stamp = now
    this.#timer = setTimeout(() => void this.#look(), this.#everyMs)
    this.#timer.unref()
  }

  async #subscribe(): Promise<void> {
    const unsubscribe = await watchManager(
      this.#dir,
      event => {
        if (this.#state === 'open' && changesRecord(event)) this.#onChange()
      },
      () => {
        this.#unsubscribe = null
        if (this.#state === 'open') this.#onChange()
      },
    )
    if (this.#state === 'closed') unsubscribe?.()
    else this.#unsubscribe = unsubscribe
  }
}

/** Progress within an epoch is in no file. */
function changesRecord(event: unknown): boolean {
  return (event as { type?: unknown } | null)?.type !== 'progress'
}

async function stamp(path: string): Promise<string> {
  try {
    const { ino, size, mtimeMs } = await stat(path)
    return `${ino}:${size}:${mtimeMs}`
  } catch {
    return 'none'
  }
}
