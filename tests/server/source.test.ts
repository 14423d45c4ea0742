import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { RunningTrial } from '../../src/record/trial.js'
import type { TrialView } from '../../src/report/index.js'
import { serve, studiesIn } from '../../src/server/index.js'
import { openStore } from '../../src/storage/index.js'
import { studyFixture } from '../fixtures/study/study.js'
import { ask, listen, TOKEN } from './wire.js'

function temporaryRoot(): string {
  const root = mkdtempSync(join(tmpdir(), 'tune-server-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  return root
}

async function serving(root: string): Promise<string> {
  const server = await serve({ source: studiesIn(root), port: 0, token: TOKEN })
  onTestFinished(() => server.close())
  return server.url
}

describe('studies on disk', () => {
  it('are served while their manager writes them, epoch by epoch', async () => {
    const root = temporaryRoot()
    const { document, epochs } = studyFixture({ name: 'llama' })
    const store = await openStore(join(root, 'llama'), () => ({ ...document, trials: [] }))
    onTestFinished(() => store.close())
    const running = { ...(document.trials[12] as RunningTrial), number: 0, leader: 0 }
    await store.update(before => ({ ...before, trials: [running] }))
    const url = await serving(root)

    const page = await ask(`${url}studies/llama`)
    expect([page.status, page.text.match(/<tbody/g)?.length]).toEqual([200, 1])

    const stream = await listen(`${url}api/studies/llama/events`)
    expect((await stream.next())!.data.set['trials/0']).toMatchObject({
      state: 'running',
      epochs: [],
    })
    const first = epochs.get(0)![0]!
    await store.appendEpoch(0, 1, first)
    const change = (await stream.next())!.data.set
    expect((change['trials/0'] as TrialView).epochs).toEqual([
      { epoch: 1, loss: first.loss, valLoss: first.valLoss },
    ])
    stream.hangUp()
  }, 180_000)

  it('that were defined and never run have a page too', async () => {
    const root = temporaryRoot()
    mkdirSync(join(root, 'defined'))
    writeFileSync(join(root, 'defined', 'study.yaml'), 'name: defined\n')
    const url = await serving(root)
    expect((await ask(`${url}studies/defined`)).text).toContain('tune study run defined')
    expect((await ask(url)).text).toContain('Not run yet')
  })

  it('that are damaged are listed as such, and keep no other from being shown', async () => {
    const root = temporaryRoot()
    mkdirSync(join(root, 'torn'))
    writeFileSync(join(root, 'torn', 'study.json'), '{"format": 1, "spec"')
    const url = await serving(root)
    expect((await ask(url)).text).toContain('damaged')
    expect((await ask(`${url}studies/torn`)).status).toBe(500)
    expect(JSON.parse((await ask(`${url}api/studies`)).text)).toEqual([
      { status: 'damaged', name: 'torn', problem: expect.any(String) as string },
    ])
  })

  it('are found by name only: no path leads out of the folder', async () => {
    const root = temporaryRoot()
    const source = studiesIn(join(root, 'studies'))
    mkdirSync(join(root, 'outside'))
    writeFileSync(join(root, 'outside', 'study.yaml'), 'name: outside\n')
    for (const name of [
      '../outside',
      '..',
      '.',
      '',
      '/etc',
      'a/../../outside',
      'a\0b',
      '__proto__',
    ])
      expect(await source.read(name)).toBeNull()
  })

  it('may be in a folder that does not exist yet', async () => {
    const url = await serving(join(temporaryRoot(), 'studies'))
    expect((await ask(url)).text).toContain('No studies yet')
  })
})
