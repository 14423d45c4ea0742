import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { compiledPath } from '../../src/compiled.js'

const ENGINES = pathToFileURL(compiledPath('compile/engines/index')).href
const PACKAGE = pathToFileURL(compiledPath('compile/engines/onnxruntime-package')).href

/** Loads the library and uses it, so that it would start its telemetry. */
const LOAD = `
  const { loadOnnxruntime } = await import('${PACKAGE}')
  const { ort } = await loadOnnxruntime()
  await ort.InferenceSession.create(new Uint8Array([1])).catch(() => {})
`
const ENGINE = `
  const { createEngine } = await import('${ENGINES}')
  const engine = await createEngine('auto', { threads: 1 })
  process.stdout.write(engine.name)
  await engine.dispose()
`

describe('the telemetry of onnxruntime', () => {
  let home: string
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'tune-telemetry-'))
  })
  afterEach(() => rmSync(home, { recursive: true, force: true }))

  /** Runs a program without the variable, and without CI, which switches telemetry off as well. */
  function run(source: string): { readonly out: string; readonly logs: readonly string[] } {
    const { CI: _, ORT_DISABLE_TELEMETRY: __, XDG_CACHE_HOME: ___, ...inherited } = process.env
    const before = new Set(logs())
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--input-type=module', '--eval', source],
      { env: { ...inherited, HOME: home, TUNE_ENGINE: '' }, encoding: 'utf8' },
    )
    return { out: stdout + stderr, logs: logs().filter(name => !before.has(name)) }
  }
  const logs = (): string[] => readdirSync('/tmp').filter(name => name.startsWith('mat-debug-'))
  const hasDeviceId = (): boolean => existsSync(join(home, '.cache/Microsoft'))

  it.runIf(process.platform === 'linux')('stores a device id unless it is off', () => {
    const direct = LOAD.replace(
      'const { ort } = await loadOnnxruntime()',
      `const { locateOnnxruntime } = await import('${PACKAGE}')
       const { createRequire } = await import('node:module')
       const ort = createRequire(import.meta.url)(locateOnnxruntime())`,
    )
    const { logs } = run(direct)
    for (const name of logs) rmSync(join('/tmp', name))
    expect(hasDeviceId()).toBe(true)
  })

  it('is off in a process that loads it', () => {
    const { out, logs } = run(`${LOAD}; process.stdout.write('loaded')`)
    expect(out).toBe('loaded')
    expect(hasDeviceId()).toBe(false)
    expect(logs).toEqual([])
  })

  it('is off in a process whose env object was replaced, or the library is not loaded', () => {
    const { out } = run(`process.env = { ...process.env }; ${ENGINE}`)
    expect(out).toContain('cannot switch off its telemetry, so it is not loaded')
    expect(out).toContain('Start the process with ORT_DISABLE_TELEMETRY=1')
    expect(hasDeviceId()).toBe(false)
  })

  it('is off in threads: the library is loaded only if the process has the variable', () => {
    const thread = (before: string): string => `
      import { Worker } from 'node:worker_threads'
      ${before}
      new Worker(new URL('data:text/javascript,' + encodeURIComponent(${JSON.stringify(ENGINE)})))`
    expect(run(thread('')).out).toContain('cannot switch off its telemetry')
    expect(hasDeviceId()).toBe(false)
    const { out } = run(thread("process.env.ORT_DISABLE_TELEMETRY = '1'"))
    expect(out).toBe('onnxruntime')
    expect(hasDeviceId()).toBe(false)
  })
})
