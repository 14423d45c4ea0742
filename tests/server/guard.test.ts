import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.js'
import { serve } from '../../src/server/index.js'
import { fakeSource } from '../fixtures/study/source.js'
import { ask, serving } from './wire.js'

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
      await expect(serve({ source, port: 0, host })).rejects.toThrow('is not this machine')
    },
  )

  it('changes nothing, whatever the method', async () => {
    const { url } = await serving()
    for (const method of ['POST', 'PUT', 'DELETE'])
      expect((await ask(`${url}studies/finished`, {}, method)).status).toBe(404)
  })

  it('ends open streams when it is closed', async () => {
    const server = await serving()
    const { url, source } = server
    const answer = await fetch(`${url}studies/finished/events`)
    const body = answer.text().catch(() => 'cut')
    await expect.poll(() => source.watchers).toBe(1)
    await server.close()
    await body
    await expect.poll(() => source.watchers).toBe(0)
  })
})
