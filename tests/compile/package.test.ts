import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEngine, installOnnxruntime, locateOnnxruntime } from '../../src/compile/index.js'
import { engineReports } from './engine-reports.js'

describe('the engines of this machine', () => {
  it('are listed best first, each usable or with a reason', async () => {
    const reports = await engineReports()
    expect(reports.map(({ name }) => name)).toEqual([
      'onnxruntime',
      'tensorflow',
      'onnxruntime-webgpu',
      'onnxruntime-cuda',
      'tfjs-tensorflow',
      'tfjs-wasm',
      'tfjs-cpu',
    ])
    for (const { usable, reason, version } of reports) {
      expect(usable).toBe(reason === null)
      if (usable) expect(version).toMatch(/^\d+\.\d+\.\d+/)
      else expect(reason).toMatch(/.+: .+\. .+\.$/)
    }
    expect(
      reports
        .filter(({ name }) => name === 'tfjs-wasm' || name === 'tfjs-cpu')
        .every(({ usable }) => usable),
    ).toBe(true)
  })

  it('give the best one to who asks for any', async () => {
    const engine = await createEngine('auto', { threads: 1 })
    const reports = await engineReports()
    expect(engine.name).toBe(
      reports.find(({ name, usable }) => usable && name !== 'tfjs-tensorflow')!.name,
    )
    await engine.dispose()
  })
})

describe("onnxruntime-node in the user's cache", () => {
  let folder: string
  let registry: Server
  const before = { ...process.env }

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tune-package-'))
    registry = await serveRegistry(join(folder, 'source'))
    process.env.npm_config_registry = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/`
    process.env.npm_config_cache = join(folder, 'npm')
    process.env.npm_config_fetch_retries = '0'
  })
  afterEach(() => {
    process.env = { ...before }
    registry.close()
    rmSync(folder, { recursive: true, force: true })
  })

  it('is installed whole, without running its scripts, and found again', async () => {
    const target = join(folder, 'cache/packages/onnxruntime-node@1.30.0')
    const messages: string[] = []
    expect(findPackage(target)).toBeNull()
    const installed = await installOnnxruntime(message => messages.push(message), target)
    expect(findPackage(target)).toBe(installed)
    expect(JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8'))).toMatchObject({
      name: 'onnxruntime-node',
      version: '1.30.0',
    })
    expect(existsSync(join(installed, 'script-ran'))).toBe(false)
    expect(messages[0]).toBe('fetching onnxruntime-node@1.30.0')
    expect(messages.at(-1)).toBe(`installed in ${target}`)
    expect(readdirSync(dirname(target))).toEqual([basename(target)])
    await installOnnxruntime(undefined, target) // again, over what is there
    expect(findPackage(target)).toBe(installed)
  }, 180_000)

  it('leaves what was there when the network fails, and says what npm said', async () => {
    const target = join(folder, 'cache/onnxruntime-node@1.30.0')
    await installOnnxruntime(undefined, target)
    registry.close()
    registry.closeAllConnections()
    process.env.npm_config_cache = join(folder, 'empty')
    await expect(installOnnxruntime(undefined, target)).rejects.toThrow(
      /^npm install: failed: .*ECONNREFUSED.*\. Check the network/,
    )
    expect(findPackage(target)).not.toBeNull()
    expect(readdirSync(dirname(target))).toEqual([basename(target)])
  }, 180_000)

  it('gives way to the one among the dependencies', () => {
    const found = locateOnnxruntime()
    if (found) expect(found).toContain(join('node_modules', 'onnxruntime-node'))
  })
})

function findPackage(target: string): string | null {
  const folder = join(target, 'node_modules/onnxruntime-node')
  return existsSync(join(folder, 'package.json')) ? folder : null
}

/** A registry with one package, whose install script would leave a mark. */
async function serveRegistry(source: string): Promise<Server> {
  mkdirSync(source, { recursive: true })
  const manifest = {
    name: 'onnxruntime-node',
    version: '1.30.0',
    main: 'index.js',
    scripts: { postinstall: "node -e \"require('fs').writeFileSync('script-ran', '')\"" },
  }
  writeFileSync(join(source, 'package.json'), JSON.stringify(manifest))
  writeFileSync(join(source, 'index.js'), '')
  const tarball = readFileSync(join(source, packed(source)))
  const server = createServer((request, response) => {
    if (request.url?.endsWith('.tgz')) return response.end(tarball)
    const dist = {
      tarball: `http://${request.headers.host}/package.tgz`,
      integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
    }
    response.setHeader('content-type', 'application/json')
    return response.end(
      JSON.stringify({
        name: manifest.name,
        'dist-tags': { latest: '1.30.0' },
        versions: { '1.30.0': { ...manifest, hasInstallScript: true, dist } },
      }),
    )
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return server
}

function packed(source: string): string {
  return execFileSync('npm', ['pack', '--silent', '--ignore-scripts'], {
    cwd: source,
    encoding: 'utf8',
  }).trim()
}
