import { stat } from 'node:fs/promises'
import { isHeld } from './lock.js'
import { documentPath, journalPath, trialsDir } from './paths.js'

/** Every how many looks the lock is looked at too: a manager's death changes no file. */
const LOOKS_PER_LOCK = 8

/**
 * Calls back after a study on disk has changed: its document, a curve, or whether a manager holds
 * it.
 *
 * It looks at three files' times a round, whatever the number of trials, rather than rely on the
 * system's change events, which are not told on network disks and cost a handle a folder. Changes
 * between two looks are one call.
 *
 * @returns a function that ends the watch
 */
export function watchStudy(dir: string, onChange: () => void, { everyMs = 250 } = {}): () => void {
  let lastStamp: string | null = null
  let lastHolder = ''
  let looks = 0
  let closed = false
  let timer: NodeJS.Timeout | undefined

  async function look(): Promise<void> {
    if (looks++ % LOOKS_PER_LOCK === 0) lastHolder = String(await isHeld(dir))
    const now = [
      lastHolder,
      ...(await Promise.all([documentPath(dir), journalPath(dir), trialsDir(dir)].map(stamp))),
    ].join(' ')
    if (closed) return
    if (lastStamp !== null && lastStamp !== now) onChange()
    lastStamp = now
    timer = setTimeout(() => void look(), everyMs)
    timer.unref()
  }

  void look()
  return () => {
    closed = true
    clearTimeout(timer)
  }
}

async function stamp(path: string): Promise<string> {
  try {
    const { ino, size, mtimeMs } = await stat(path)
    return `${ino}:${size}:${mtimeMs}`
  } catch {
    return 'none'
  }
}
