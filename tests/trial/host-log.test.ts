import { appendFileSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { HostLog } from '../../src/trial/host-log.js'

let path: string
beforeEach(() => (path = join(mkdtempSync(join(tmpdir(), 'tune-host-log-')), 'host.log')))
afterEach(() => rmSync(join(path, '..'), { recursive: true }))

it('a log that grows is cut while its host runs, with a note, and its end is retained', async () => {
  const log = new HostLog(path, { limit: 100_000, lookEvery: 10 })
  for (let i = 0; i < 40; i++) {
    appendFileSync(path, `${'x'.repeat(9_990)} line ${i}\n`)
    await new Promise(done => setTimeout(done, 5))
  }
  await expect.poll(() => statSync(path).size).toBeLessThan(100_000)
  expect(readFileSync(path, 'utf8')).toMatch(
    /^\[tune: [\d.]+ MB of earlier output were removed\]\n/,
  )
  expect(log.tail(10)).toContain('line 39')
  log.close()
})

it('a short log stays as it is, and its tail is of this host alone', () => {
  appendFileSync(path, 'of an earlier host\n')
  const log = new HostLog(path)
  expect(log.tail(100)).toBe('')
  appendFileSync(path, 'of this host\n')
  expect(log.tail(100)).toBe('of this host\n')
  expect(readFileSync(path, 'utf8')).toBe('of an earlier host\nof this host\n')
  log.close()
})
