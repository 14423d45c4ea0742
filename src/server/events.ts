import { createHash } from 'node:crypto'
import type { Context } from 'hono'
import { streamSSE, type SSEStreamingApi } from 'hono/streaming'
import { UserError } from '../errors.js'
import { changeBetween, serialize, type Parts, type Sent } from './parts.js'

/** The source of an event stream. */
export interface PartSource {
  /** Reads the present state; null once the study is deleted. */
  parts(): Promise<Parts | null>
  watch(onChange: () => void): () => void
}

/**
 * Milliseconds between comments while nothing changes, so that proxies and browsers keep the
 * connection.
 */
const HEARTBEAT_MS = 15_000
/**
 * Milliseconds to the second reading: a change may happen between the first reading and the first
 * look of the watch.
 */
const SECOND_READING_MS = 1_000
/** Minimum milliseconds between two events: a running study may change many times a second. */
const GAP_MS = 200
/** Milliseconds after which a browser reconnects. */
const RETRY_MS = 1_000

/**
 * Server-sent events: `state` with every part, then `change` with the changed parts, both as `{
 * set, gone }`. `gone` ends the stream when the study is deleted.
 *
 * An event's id is the version of the state after it. A client that reconnects with the present
 * version gets no state; any other gets the complete state, so it misses nothing.
 */
export function followParts(
  c: Context,
  source: PartSource,
  report: (bug: Error) => void,
): Response {
  return streamSSE(
    c,
    stream => send(c, stream, source),
    error => Promise.resolve(error instanceof UserError ? undefined : report(error)),
  )
}

async function send(c: Context, stream: SSEStreamingApi, source: PartSource): Promise<void> {
  const wake = alarm()
  stream.onAbort(wake.ring)
  const unwatch = source.watch(wake.ring)
  try {
    let sent: Sent | null = null
    while (!stream.aborted) {
      const parts = await source.parts()
      if (!parts) {
        await stream.writeSSE({ event: 'gone', data: '{}' })
        return
      }
      const now = serialize(parts)
      const id = version(now)
      if (sent === null) {
        const upToDate = c.req.header('last-event-id') === id
        const data = JSON.stringify(
          upToDate ? { set: {}, gone: [] } : { set: Object.fromEntries(parts), gone: [] },
        )
        await stream.writeSSE({ event: upToDate ? 'change' : 'state', id, data, retry: RETRY_MS })
      } else {
        const change = changeBetween(sent, now, parts)
        if (change) await stream.writeSSE({ event: 'change', id, data: JSON.stringify(change) })
        else await stream.write(': still here\n\n')
      }
      // Read again even without a signal: a watch on a slow disk may miss a change.
      const signal = await wake.wait(sent === null ? SECOND_READING_MS : HEARTBEAT_MS)
      sent = now
      if (!stream.aborted && signal === 'rung') await stream.sleep(GAP_MS)
    }
  } finally {
    unwatch()
    wake.ring()
  }
}

function version(sent: Sent): string {
  const hash = createHash('sha1')
  for (const [key, text] of sent) hash.update(key).update('\0').update(text).update('\0')
  return hash.digest('base64url')
}

/** A signal to wait for; it remembers a ring while nothing waits. */
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
