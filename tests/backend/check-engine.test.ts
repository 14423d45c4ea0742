import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkEngine } from '../../src/backend/check-engine.js'

const folder = mkdtempSync(join(tmpdir(), 'tune-doctor-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the check of an engine', () => {
  it('measures products and training', async () => {
    const row = await checkEngine({ engine: 'onnxruntime', device: 'cpu' })
    expect(row).toMatchObject({
      engine: 'onnxruntime',
      device: 'cpu',
      usable: true,
      reason: null,
      version: expect.stringMatching(/^\d+\.\d+/) as string,
    })
    if (!row.usable) throw new Error(row.reason)
    expect(row.gflops).toBeGreaterThan(0.1)
    expect(row.tokensPerSecond).toBeGreaterThan(10)
  })

  it('that is not there gives the reason', async () => {
    const row = await checkEngine({ engine: 'onnxruntime-cuda', device: 'cuda:7' })
    expect(row).toMatchObject({
      usable: false,
      device: 'cuda:7',
      reason: expect.stringMatching(/onnxruntime-cuda: does not start: .+\. .+\./) as string,
    })
  })

  it('that crashes its process is a result too', async () => {
    const crash = join(folder, 'crash.cjs')
    writeFileSync(crash, 'console.error("a driver gave up"); process.abort()')
    const row = await checkEngine({
      engine: 'tfjs-cpu',
      device: 'cpu',
      environment: { NODE_OPTIONS: `--require=${crash}` },
    })
    expect(row).toEqual({
      engine: 'tfjs-cpu',
      device: 'cpu',
      usable: false,
      reason: expect.stringContaining('SIGABRT') as string,
    })
  })
})
