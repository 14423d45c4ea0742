import type { Context } from 'hono'
import { streamSSE, type SSEStreamingApi } from 'hono/streaming'
import { UserError } from '../errors.js'
import { changeBetween, wholeState, type Hashes, type Snapshot } from './parts.js'
import type { SharedParts } from './shared-parts.js'

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
/** Characters of an event that are written at once. */
const PIECE = 1 << 16
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
  source: SharedParts,
  report: (bug: Error) => void,
): Response {
  return streamSSE(
    c,
    stream => send(c, stream, source),
    error => Promise.resolve(error instanceof UserError ? undefined : report(error)),
  )
}

async function send(c: Context, stream: SSEStreamingApi, source: SharedParts): Promise<void> {
  const wake = alarm()
  stream.onAbort(wake.ring)
  const unwatch = source.watch(wake.ring)
  try {
    let sent: Hashes | null = null
    while (!stream.aborted) {
      const now = await source.read()
      if (!now) {
        await stream.writeSSE({ event: 'gone', data: '{}' })
        return
      }
      if (sent === null) await sendState(c, stream, now)
      else await sendChange(stream, sent, now)
      // Read again even without a signal: a watch on a slow disk may miss a change.
      const signal = await wake.wait(sent === null ? SECOND_READING_MS : HEARTBEAT_MS)
      sent = now.hashes
      if (!stream.aborted && signal === 'rung') await stream.sleep(GAP_MS)
    }
  } finally {
    unwatch()
    wake.ring()
  }
}

/** The texts of an event are held until it is written, not while a listener waits. */
async function sendState(c: Context, stream: SSEStreamingApi, now: Snapshot): Promise<void> {
  const isUpToDate = c.req.header('last-event-id') === now.id
  const head = `id: ${now.id}\nretry: ${RETRY_MS}\n`
  if (isUpToDate) await writeEvent(stream, `event: change\n${head}`, '{"set":{},"gone":[]}')
  else await writeEvent(stream, `event: state\n${head}`, wholeState(now))
}

async function sendChange(stream: SSEStreamingApi, sent: Hashes, now: Snapshot): Promise<void> {
  const change = changeBetween(sent, now)
  if (change) await writeEvent(stream, `event: change\nid: ${now.id}\n`, change)
  else await stream.write(': still here\n\n')
}

/** Writes an event in pieces: a listener that reads slowly holds one piece, not all of it. */
async function writeEvent(stream: SSEStreamingApi, head: string, data: string): Promise<void> {
  await stream.write(`${head}data: `)
  for (let at = 0; at < data.length && !stream.aborted; at += PIECE)
    await stream.write(data.slice(at, at + PIECE))
  await stream.write('\n\n')
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
