import { createServer } from 'node:net'
import { hostname } from 'node:os'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.js'
import { serve } from '../../src/server/index.js'
import { fakeSource } from '../fixtures/study/source.js'
import { ask, AUTHORIZATION, serving, TOKEN } from './wire.js'

const places = [
  '',
  'studies/finished',
  'studies/nope',
  'api/studies',
  'api/studies/finished',
  'api/studies/finished/leaderboard.csv',
  'assets/main.js',
  'assets/nope.js',
]

describe('every answer', () => {
  it.each(places)('of /%s lets nothing in from elsewhere', async path => {
    const { url } = await serving()
    const { headers } = await ask(url + path)
    const policy = headers['content-security-policy'] as string
    expect(policy.split('; ').map(part => part.trim())).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ])
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-resource-policy': 'same-origin',
    })
    expect(headers).not.toHaveProperty('access-control-allow-origin')
  })

  it('has no inline script or style in its pages', async () => {
    const { url } = await serving()
    for (const path of ['', 'studies/finished', 'studies/support-assistant', 'studies/nope']) {
      const { text } = await ask(url + path)
      expect(text).not.toMatch(/<style|\sstyle=|\son[a-z]+=|javascript:/i)
      for (const [, address] of text.matchAll(/(?:src|href)="([^"]*)"/g))
        expect(address).toMatch(/^(\/(?!\/)|#|\?)/)
    }
  })
})

describe('the host', () => {
  it.each(['localhost', '127.0.0.1', '[::1]', 'localhost:9999'])('may be called %s', async host => {
    const { url } = await serving()
    expect((await ask(url, { host })).status).toBe(200)
  })

  it.each([
    'evil.example',
    'evil.example:80',
    '127.0.0.1.evil.example',
    'localhost.evil.example',
    '192.168.1.4',
    '0.0.0.0',
  ])('called %j is refused, before anything is read', async host => {
    const { url } = await serving()
    for (const path of places) {
      const { status, text } = await ask(url + path, { host })
      expect(status).toBe(403)
      expect(text).not.toContain('finished')
    }
  })
})

describe('the token', () => {
  const none = { authorization: undefined }

  it.each(places)('is needed for /%s', async path => {
    const { url } = await serving()
    for (const headers of [
      none,
      { authorization: 'Bearer token-of-the-testz' },
      { authorization: `Bearer ${TOKEN}x` },
      { authorization: `Basic ${TOKEN}` },
      { ...none, cookie: `tune=${TOKEN}` },
      { ...none, cookie: `tune-${new URL(url).port}=another-token-here` },
    ]) {
      for (const address of [url + path, `${url}${path}?token=another-token-here`]) {
        const { status, text } = await ask(address, headers)
        expect(status).toBe(401)
        expect(text).toContain('Open the link that tune printed')
        expect(text).not.toContain('finished')
      }
    }
  })

  it('in a link becomes a cookie that no script and no other site gets', async () => {
    const { url, port } = await serving()
    const path = 'studies/finished?language=zh&trials=1'
    const link = await ask(`${url}${path}&token=${TOKEN}`, none)
    expect(link.status).toBe(200)
    expect(link.headers['set-cookie']).toEqual([
      `tune-${port}=${TOKEN}; Path=/; HttpOnly; SameSite=Strict`,
    ])
    expect(link.headers['cache-control']).toBe('no-store')
    expect(link.text).not.toContain(TOKEN)
    expect(link.text).toContain('content="0;url=/studies/finished?language=zh&amp;trials=1"')
    const [cookie] = link.headers['set-cookie']![0]!.split(';')
    const page = await ask(url + path, { ...none, cookie: cookie! })
    expect([page.status, page.text.includes('finished')]).toEqual([200, true])
    const old = await ask(`${url}${path}&token=of-an-earlier-start`, { ...none, cookie: cookie! })
    expect([old.status, old.headers.location]).toEqual([302, `/${path}`])
  })

  it('leads to no other server', async () => {
    const { url } = await serving()
    for (const path of ['//evil.example/', '/%2f%2fevil.example', '/\\evil.example']) {
      const { text } = await ask(`${url.slice(0, -1)}${path}?token=${TOKEN}`, none)
      expect(text).toMatch(/url=\/(?![/\\])/)
    }
  })
})

describe('a request that changes something', () => {
  it('comes from a page of the server, or from a program with the token', async () => {
    const { url, port } = await serving()
    const host = new URL(url).host
    const cookie = `tune-${port}=${TOKEN}`
    const fromBrowser = { authorization: undefined, cookie }
    const status = async (headers: Record<string, string | undefined>): Promise<number> =>
      (await ask(`${url}studies/finished`, headers, 'POST')).status
    expect(await status(fromBrowser)).toBe(403)
    for (const origin of ['http://evil.example', `http://${host}.evil.example`, 'null', 'file://'])
      for (const headers of [fromBrowser, {}])
        expect(await status({ ...headers, origin })).toBe(403)
    expect(await status({ authorization: undefined, origin: `http://${host}` })).toBe(401)
    // Nothing takes such a request yet.
    expect(await status({ ...fromBrowser, origin: `http://${host}` })).toBe(404)
    expect(await status({})).toBe(404)
  })
})

describe('the server', () => {
  const source = fakeSource()

  it('says what to do when its port is in use', async () => {
    const other = createServer()
    const port = await new Promise<number>(resolve =>
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port)),
    )
    try {
      const refusal = await serve({ source, port }).catch((error: unknown) => error)
      expect(refusal).toBeInstanceOf(UserError)
      expect((refusal as UserError).message).toBe(
        `port ${port}: is in use by another program. Choose another with --port, or let the system choose with --port 0.`,
      )
    } finally {
      other.close()
    }
  })

  it.each([-1, 70_000, 1.5, NaN])('refuses port %s', async port => {
    await expect(serve({ source, port })).rejects.toThrow(UserError)
  })

  it.each(['0.0.0.0', '192.168.1.4', 'example.org'])(
    'listens on no address that others can reach: %s',
    async host => {
      await expect(serve({ source, port: 0, host })).rejects.toThrow(
        'can be reached from other machines, and no token was chosen',
      )
    },
  )

  it.each(['short', 'sixteen letters!', ''])('refuses the token %j', async token => {
    await expect(serve({ source, port: 0, token })).rejects.toThrow('TUNE_TOKEN: is not a token')
  })

  it('makes another token at each start', async () => {
    const servers = await Promise.all([serve({ source, port: 0 }), serve({ source, port: 0 })])
    const [first, second] = servers.map(({ token }) => token)
    expect(first).toMatch(/^[\w-]{16}$/)
    expect(first).not.toBe(second)
    await Promise.all(servers.map(server => server.close()))
  })

  it('prints a link that fits on one line', async () => {
    const server = await serve({ source, port: 0 })
    expect(`Watch it live: ${server.link('studies/quickstart')}`.length).toBeLessThanOrEqual(80)
    await server.close()
  })

  it('reached from other machines: needs the token, and its own name or address', async () => {
    const server = await serve({ source, port: 0, host: '0.0.0.0', token: TOKEN })
    const url = `http://127.0.0.1:${server.port}/`
    for (const host of ['127.0.0.1', '192.168.1.4:80', '[fe80::1]', hostname()])
      expect((await ask(url, { host })).status).toBe(200)
    expect((await ask(url, { authorization: undefined })).status).toBe(401)
    expect((await ask(url, { host: 'evil.example' })).status).toBe(403)
    await server.close()
  })

  it('changes nothing, whatever the method', async () => {
    const { url } = await serving()
    for (const method of ['POST', 'PUT', 'DELETE'])
      expect((await ask(`${url}studies/finished`, {}, method)).status).toBe(404)
  })

  it('ends open streams when it is closed', async () => {
    const server = await serving()
    const { url, source } = server
    const answer = await fetch(`${url}studies/finished/events`, { headers: AUTHORIZATION })
    const body = answer.text().catch(() => 'cut')
    await expect.poll(() => source.watchers).toBe(1)
    await server.close()
    await body
    await expect.poll(() => source.watchers).toBe(0)
  })
})
