import { request, type IncomingMessage } from 'node:http'
import { afterAll } from 'vitest'
import { serve, type Serving } from '../../src/server/index.js'
import { fakeSource, type FakeSource } from '../fixtures/study/source.js'
import { emptyStudyFixture, studyFixture } from '../fixtures/study/study.js'

/** The token of the servers that tests start. */
export const TOKEN = 'token-of-the-tests'
export const AUTHORIZATION = { authorization: `Bearer ${TOKEN}` }

const open: Serving[] = []
afterAll(() => Promise.all(open.map(server => server.close())))

/** A server on a free port over studies held in memory. It is closed after the file's tests. */
export async function serving(
  source: FakeSource = fakeSource(
    studyFixture(),
    studyFixture({ name: 'finished', state: 'complete' }),
    emptyStudyFixture(),
  ),
): Promise<Serving & { source: FakeSource; bugs: Error[] }> {
  const bugs: Error[] = []
  const server = await serve({ source, port: 0, token: TOKEN, report: bug => bugs.push(bug) })
  open.push(server)
  return { ...server, source, bugs }
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
}

/** Asks with headers that fetch would not let one set; an undefined header is not sent. */
export function ask(
  url: string,
  headers: Record<string, string | undefined> = {},
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const all = Object.entries({ ...AUTHORIZATION, ...headers })
    const sent = Object.fromEntries(all.filter(([, value]) => value !== undefined))
    request(url, { headers: sent, method }, response => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.on('end', () =>
        resolve({ status: response.statusCode!, headers: response.headers, text }),
      )
    })
      .on('error', reject)
      .end()
  })
}

export interface SseEvent {
  readonly event: string
  readonly id: string | undefined
  readonly data: { readonly set: Record<string, unknown>; readonly gone: readonly string[] }
}

/** An event stream over a real socket. */
export async function listen(
  url: string,
  headers: Record<string, string> = {},
): Promise<{ next(): Promise<SseEvent | null>; hangUp(): void }> {
  const hangUp = new AbortController()
  const response = await fetch(url, {
    headers: { ...AUTHORIZATION, ...headers },
    signal: hangUp.signal,
  })
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  return {
    async next() {
      for (;;) {
        const end = text.indexOf('\n\n')
        if (end >= 0) {
          const block = text.slice(0, end)
          text = text.slice(end + 2)
          if (!block.startsWith(':')) return eventOf(block)
          continue
        }
        const { done, value } = await reader.read()
        if (done) return null
        text += value
      }
    },
    hangUp: () => hangUp.abort(),
  }
}

function eventOf(block: string): SseEvent {
  const fields = new Map(
    block
      .split('\n')
      .map(line => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
  )
  return {
    event: fields.get('event') ?? 'message',
    id: fields.get('id'),
    data: JSON.parse(fields.get('data')!) as SseEvent['data'],
  }
}
