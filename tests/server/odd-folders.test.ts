import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { serve, studiesIn } from '../../src/server/index.js'
import { openStore } from '../../src/storage/index.js'
import { studyFixture } from '../fixtures/study/study.js'
import { ask, listen, TOKEN } from './wire.js'

async function serving(): Promise<{ readonly root: string; readonly url: string }> {
  const root = mkdtempSync(join(tmpdir(), 'tune-odd-'))
  const server = await serve({ source: studiesIn(root), port: 0, token: TOKEN })
  onTestFinished(async () => {
    await server.close()
    rmSync(root, { recursive: true, force: true })
  })
  return { root, url: server.url }
}

async function writeStudy(root: string, name: string): Promise<void> {
  const { document } = studyFixture({ name, state: 'complete' })
  const store = await openStore(join(root, name), () => document)
  await store.close()
}

describe('a folder of studies with a named pipe or a device in it', () => {
  it('is listed, and its other studies are shown', async () => {
    const { root, url } = await serving()
    await writeStudy(root, 'llama')
    execFileSync('mkfifo', [join(root, 'pipe')])
    symlinkSync('/dev/zero', join(root, 'zero'))
    const odd = ['study.json', 'study.yaml', 'journal.jsonl']
    for (const name of odd) {
      const dir = join(root, `pipe-${name.replace('.', '-')}`)
      mkdirSync(dir)
      execFileSync('mkfifo', [join(dir, name)])
    }
    mkdirSync(join(root, 'device'))
    symlinkSync('/dev/zero', join(root, 'device', 'study.json'))
    mkdirSync(join(root, 'folder'))
    mkdirSync(join(root, 'folder', 'study.json'))
    const { status, text } = await ask(url)
    expect(status).toBe(200)
    expect(text).toContain('llama')
    for (const name of [
      'llama',
      'pipe-study-json',
      'pipe-study-yaml',
      'device',
      'folder',
      'pipe',
      'zero',
    ])
      expect([200, 404, 500]).toContain((await ask(`${url}studies/${name}`)).status)
    const studies = JSON.parse((await ask(`${url}api/studies`)).text) as { name: string }[]
    expect(studies.map(({ name }) => name)).toContain('llama')
    expect(JSON.stringify(studies)).toContain('is a pipe or a device, not a file')
  }, 20_000)
})

describe('a study whose folder was renamed or copied', () => {
  it.each([
    ['renamed', renameSync],
    ['copied', (from: string, to: string) => cpSync(from, to, { recursive: true })],
  ] as const)('%s: its page has its own events and downloads', async (_, move) => {
    const { root, url } = await serving()
    await writeStudy(root, 'before')
    move(join(root, 'before'), join(root, 'after'))
    const page = await ask(`${url}studies/after`)
    expect(page.text).toContain('data-events="/studies/after/events')
    expect(page.text).toContain('/api/studies/after/leaderboard.csv')
    expect(page.text).not.toContain('studies/before')
    const csv = await ask(`${url}api/studies/after/leaderboard.csv`)
    expect(csv.headers['content-disposition']).toBe('attachment; filename="after-leaderboard.csv"')
    const stream = await listen(`${url}api/studies/after/events`)
    expect((await stream.next())!.data.set['study']).toMatchObject({ name: 'after' })
    stream.hangUp()
    expect((JSON.parse((await ask(`${url}api/studies/after`)).text) as { name: string }).name).toBe(
      'after',
    )
  })
})
