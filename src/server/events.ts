import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { streamSSE, type SSEStreamingApi } from 'hono/streaming'
import { UserError } from '../errors.js'
import { changeBetween, serialise, type Parts, type Sent } from './parts.js'

/** What a stream follows. */
export interface Followed {
  /** Reads the present state; null once there is nothing left to follow. */
  parts(): Promise<Parts | null>
  watch(onChange: () => void): () => void
}

/**
 * So often a comment is sent when nothing else is, that proxies and browsers do not take the line
 * for dead.
 */
const HEARTBEAT_MS = 15_000
/**
 * A first change may fall between the first reading and the watch's first look; so the second
 * reading comes soon.
 */
const SECOND_LOOK_MS = 1_000
/** A running study may change many times a second; nobody reads that fast. */
const GAP_MS = 200
/** After this long a browser that lost the line calls again. */
const RETRY_MS = 1_000

/**
 * Server-sent events: `state` with every part, then `change` with the parts that changed, `{ set,
 * gone }` both. `gone` ends it when what was followed is deleted.
 *
 * An event's id names the state it leads to. A client that comes back with the id of the present
 * state is sent no state again, any other gets the whole: nothing is missed however long it was
 * away.
 */
export function followParts(
  c: Context,
  followed: Followed,
  report: (bug: Error) => void,
): Response {
  return streamSSE(
    c,
    stream => tell(c, stream, followed),
    error => Promise.resolve(error instanceof UserError ? undefined : report(error)),
  )
}

async function tell(c: Context, stream: SSEStreamingApi, followed: Followed): Promise<void> {
  const wake = alarm()
  stream.onAbort(wake.ring)
  const unwatch = followed.watch(wake.ring)
  try {
    let sent: Sent | null = null
    while (!stream.aborted) {
      const parts = await followed.parts()
      if (!parts) {
        await stream.writeSSE({ event: 'gone', data: '{}' })
        return
      }
      const now = serialise(parts)
      const id = versionOf(now)
      if (sent === null) {
        const known = c.req.header('last-event-id') === id
        const data = JSON.stringify(
          known ? { set: {}, gone: [] } : { set: Object.fromEntries(parts), gone: [] },
        )
        await stream.writeSSE({ event: known ? 'change' : 'state', id, data, retry: RETRY_MS })
      } else {
        const change = changeBetween(sent, now, parts)
        if (change) await stream.writeSSE({ event: 'change', id, data: JSON.stringify(change) })
        else await stream.write(': still here\n\n')
      }
      // Read again even if nothing was heard: a watch on a slow disk may miss something.
      const word = await wake.wait(sent === null ? SECOND_LOOK_MS : HEARTBEAT_MS)
      sent = now
      if (!stream.aborted && word === 'rung') await stream.sleep(GAP_MS)
    }
  } finally {
    unwatch()
    wake.ring()
  }
}

function versionOf(sent: Sent): string {
  const hash = createHash('sha1')
  for (const [key, text] of sent) hash.update(key).update('\0').update(text).update('\0')
  return hash.digest('base64url')
}

/** Something to wait on that remembers being rung while nobody waited. */
function alarm(): {
  readonly ring: () => void
  readonly wait: (ms: number) => Promise<'rung' | 'silence'>
} {
  let rung = false
  let waiting: (() => void) | null = null
  return {
    ring() {
      rung = true
      waiting?.()
    },
    async wait(ms) {
      if (!rung) {
        await new Promise<void>(resolve => {
          const timer = setTimeout(resolve, ms)
          waiting = () => {
            clearTimeout(timer)
            resolve()
          }
        })
        waiting = null
      }
      const result = rung ? 'rung' : 'silence'
      rung = false
      return result
    },
  }
}
