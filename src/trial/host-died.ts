import { UserError } from '../errors.js'
import { saysOutOfMemory } from '../util/out-of-memory.js'

/** The process under a job went away. What it was doing is lost back to its last checkpoint. */
export class HostDied extends Error {
  override readonly name = 'HostDied'

  /**
   * @param device the device whose host died
   * @param message for people: what ended it, and the last lines that it printed
   * @param signal the signal that ended it, or null
   * @param code its exit code, or null
   * @param outOfMemory the system, or its own last words, say that memory ran out
   */
  constructor(
    readonly device: string,
    message: string,
    readonly signal: NodeJS.Signals | null,
    readonly code: number | null,
    readonly outOfMemory: boolean,
  ) {
    super(message)
  }
}

/** No device can be used any more. */
export class DeviceLost extends UserError {}

/**
 * Why the pool gave a job back without running it to its end: it was stopped in the queue, or the
 * pool was closed.
 */
export class JobCancelled extends Error {
  override readonly name = 'JobCancelled'
}

export interface Death {
  readonly device: string
  readonly signal: NodeJS.Signals | null
  readonly code: number | null
  /** The end of what it printed. */
  readonly lastWords: string
  /** The kernel has killed for want of memory since the host started. */
  readonly kernelKilled: boolean
  /** What we ended it for, when it was us. */
  readonly reason: string | null
}

export function hostDied({
  device,
  signal,
  code,
  lastWords,
  kernelKilled,
  reason,
}: Death): HostDied {
  const outOfMemory =
    (signal === 'SIGKILL' && kernelKilled && reason === null) || saysOutOfMemory(lastWords)
  const how = reason ?? (signal ? `was ended by ${signal}` : `ended with exit code ${code}`)
  const cause = outOfMemory ? ', out of memory' : ''
  const words = lastWords.trim().split('\n').slice(-3).join(' / ')
  const end = words.length > 300 ? `…${words.slice(-300)}` : words
  const quoted = words === '' ? '' : `; its last words: ${end}`
  return new HostDied(
    device,
    `the process of device ${device} ${how}${cause}${quoted}`,
    signal,
    code,
    outOfMemory,
  )
}
