import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export const COMMIT = 'c0ffee'.padEnd(40, '0')

/** What a test changes about the hub while it runs. */
export interface Mood {
  /** Break the connection after so many bytes of a file, this many times. */
  breaks?: { readonly after: number; times: number }
  /** Send no more after so many bytes of a file, this many times; the connection stays open. */
  stalls?: { readonly after: number; times: number }
  /** Answer no request for a list, and keep its connection open. */
  silent?: boolean
  /** Go on sending after the last byte of a file. */
  endless?: boolean
  /** Sent in place of a file. */
  spoilt?: string
  /** Agreement is asked for, unless this token comes along. */
  gated?: string
  /** Ranges are not known. */
  whole?: boolean
}

/**
 * Two hubs in one, of one repository `ada/small` each, that speak the protocols of Hugging Face and
 * ModelScope.
 */
export async function hubServer(
  files: Readonly<Record<string, string | Buffer>>,
): Promise<{ url: string; mood: Mood; asked: string[]; close(): Promise<void> }> {
  const mood: Mood = {}
  const asked: string[] = []
  const server = createServer((request, response) => answer(request, response, files, mood, asked))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    mood,
    asked,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  files: Readonly<Record<string, string | Buffer>>,
  mood: Mood,
  asked: string[],
): void {
  const { pathname, searchParams } = new URL(request.url!, 'http://hub')
  const json = (value: unknown): void =>
    void response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value))
  const refuse = (status: number, code: string): void =>
    void response.writeHead(status, { 'x-error-code': code }).end()
  const [, kind = '', name, what, revision, path = ''] =
    /^(?:\/api\/(?:models|datasets)|\/datasets)?()\/(ada\/[a-z]+)\/(revision|tree|resolve)\/([^/]+)\/?(.*)$/.exec(
      pathname,
    ) ?? []
  asked.push(
    `${what ?? pathname}${path === '' ? '' : ` ${path}`}${request.headers.range ? ` ${request.headers.range}` : ''}${kind}`,
  )
  if (mood.silent && !pathname.includes('/resolve/') && !searchParams.has('FilePath')) return
  if (pathname === '/api/v1/models/ada/small/repo/files') {
    return json({
      Code: 200,
      Data: {
        Files: Object.entries(files).map(([Path, text]) => ({
          Path,
          Type: 'blob',
          Size: Buffer.byteLength(text),
          Sha256: sum('sha256', text),
        })),
      },
    })
  }
  if (pathname === '/api/v1/models/ada/small/repo')
    return send(request, response, files[searchParams.get('FilePath')!]!, mood)
  if (name !== 'ada/small') return refuse(404, 'RepoNotFound')
  if (revision !== 'main' && revision !== 'v1' && revision !== COMMIT)
    return refuse(404, 'RevisionNotFound')
  if (what === 'revision')
    return json({
      _id: '1',
      id: name,
      sha: COMMIT,
      private: false,
      gated: false,
      likes: 0,
      downloads: 0,
      lastModified: '2026-01-01T00:00:00Z',
    })
  if (what === 'tree') {
    return json(
      Object.entries(files).map(([path, text]) => {
        const size = Buffer.byteLength(text)
        const oid = sum('sha1', Buffer.concat([Buffer.from(`blob ${size}\0`), Buffer.from(text)]))
        return {
          type: 'file',
          path,
          size,
          oid,
          ...(/safetensors$|jsonl$/.test(path)
            ? { lfs: { oid: sum('sha256', text), size, pointerSize: 130 } }
            : {}),
        }
      }),
    )
  }
  if (mood.gated !== undefined && request.headers.authorization !== `Bearer ${mood.gated}`)
    return refuse(request.headers.authorization ? 403 : 401, 'GatedRepo')
  return send(request, response, files[decodeURIComponent(path)]!, mood)
}

function send(
  request: IncomingMessage,
  response: ServerResponse,
  text: string | Buffer,
  mood: Mood,
): void {
  const bytes =
    mood.spoilt === undefined ? Buffer.from(text) : Buffer.from(mood.spoilt.padEnd(text.length))
  const from = mood.whole ? 0 : Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0)
  const rest = bytes.subarray(from)
  response.writeHead(from > 0 ? 206 : 200, mood.endless ? {} : { 'content-length': rest.length })
  if (mood.endless) {
    const more = setInterval(() => response.write(rest), 1)
    return void response.on('close', () => clearInterval(more))
  }
  if (mood.stalls && mood.stalls.times > 0 && rest.length > mood.stalls.after) {
    mood.stalls.times--
    response.write(rest.subarray(0, mood.stalls.after))
    return
  }
  if (mood.breaks && mood.breaks.times > 0 && rest.length > mood.breaks.after) {
    mood.breaks.times--
    response.write(rest.subarray(0, mood.breaks.after), () =>
      setTimeout(() => response.destroy(), 50),
    )
    return
  }
  response.end(rest)
}

function sum(kind: string, text: string | Buffer): string {
  return createHash(kind).update(text).digest('hex')
}
