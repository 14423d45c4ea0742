import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serve, studiesIn, type Serving } from '../../src/server/index.js'
import { callManager, openStore, type FileStudyStore } from '../../src/storage/index.js'
import { controlDir } from '../../src/storage/paths.js'
import { studyFixture } from '../fixtures/study/study.js'
import { ask, TOKEN } from './wire.js'

/** nobody, of Debian and others. */
const OTHER = 65_534

/** Only root may start a process of another user. */
describe.runIf(process.getuid?.() === 0)('another user of the machine', () => {
  let root: string
  let store: FileStudyStore
  let server: Serving

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'tune-other-'))
    // The folder of studies may be open to all: each study has its own.
    chmodSync(root, 0o755)
    const { document } = studyFixture({ name: 'llama' })
    store = await openStore(join(root, 'llama'), () => document)
    writeFileSync(join(root, 'llama/study.yaml'), 'model: ./model\n')
    server = await serve({ source: studiesIn(root), port: 0, token: TOKEN })
  })
  afterAll(async () => {
    await server.close()
    await store.close()
    rmSync(root, { recursive: true })
  })

  /** Output of a program that the other user runs. */
  function asOther(source: string): Promise<string> {
    return new Promise(resolve =>
      execFile(
        process.execPath,
        ['--input-type=module', '--eval', source],
        {
          uid: OTHER,
          gid: OTHER,
          cwd: '/',
          env: { PATH: process.env['PATH'] },
          timeout: 30_000,
        },
        (_, stdout, stderr) => resolve(stdout + stderr),
      ),
    )
  }

  it('can run programs here, or this test shows nothing', async () => {
    expect(await asOther('console.log(process.getuid())')).toBe(`${OTHER}\n`)
  })

  it('cannot read the pages, and their owner can', async () => {
    const paths = ['', 'studies/llama', 'api/studies/llama', 'studies/llama/events']
    const statuses = await asOther(`
      for (const path of ${JSON.stringify(paths)})
        console.log((await fetch('${server.url}' + path)).status)`)
    expect(statuses).toBe('401\n401\n401\n401\n')
    expect((await ask(`${server.url}studies/llama`)).status).toBe(200)
  })

  it('cannot read a study, or write to it', async () => {
    expect(statSync(join(root, 'llama')).mode & 0o777).toBe(0o700)
    for (const path of ['llama', 'llama/study.yaml', 'llama/study.json'])
      for (const call of [
        `readdirSync('${join(root, path)}')`,
        `writeFileSync('${join(root, path)}/x', '')`,
        `readFileSync('${join(root, path)}')`,
      ])
        expect(await asOther(`import * as fs from 'node:fs'; fs.${call}`)).toContain('EACCES')
  })

  it('cannot stop a running study, and its owner can', async () => {
    let stops = 0
    store.control.serve({ stop: () => ++stops })
    const socket = readdirSync(controlDir(join(root, 'llama'))).map(name =>
      join(controlDir(join(root, 'llama')), name),
    )
    expect(socket.length).toBeGreaterThan(0)
    for (const path of socket)
      expect(
        await asOther(`
          import { connect } from 'node:net'
          connect('${path}').on('error', error => console.log(error.code))`),
      ).toBe('EACCES\n')
    expect(stops).toBe(0)
    await callManager(join(root, 'llama'), 'stop')
    expect(stops).toBe(1)
  })
})
