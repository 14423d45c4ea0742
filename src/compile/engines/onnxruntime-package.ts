import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import envPaths from 'env-paths'
import { UserError } from '../../errors.js'
import { moveFolder } from '../../util/replace-folder.js'
import { npmInstall } from './npm.js'
import { disableTelemetry } from './telemetry.js'

export type Onnxruntime = typeof import('onnxruntime-node')

const packageName = 'onnxruntime-node'
const packageVersion = '1.30.0'

/**
 * @returns the folder of onnxruntime-node, among the dependencies of this package or in the user's
 *   cache; null when it is in neither
 */
export function locateOnnxruntime(): string | null {
  try {
    return packageFolder(createRequire(import.meta.url).resolve(packageName))
  } catch {
    return findInstalledPackage(cacheFolder())
  }
}

/** @returns the package's folder in a folder that `installOnnxruntime` made, or null */
function findInstalledPackage(cache: string): string | null {
  const folder = join(cache, 'node_modules', packageName)
  return existsSync(join(folder, 'package.json')) ? folder : null
}

/** @throws UserError when it isn't there or doesn't load on this machine */
export async function loadOnnxruntime(): Promise<{
  readonly ort: Onnxruntime
  readonly version: string
}> {
  const folder = locateOnnxruntime()
  if (!folder)
    throw new UserError(
      'onnxruntime',
      `the package ${packageName} is not installed`,
      'Install it with npm, or use the engine tfjs-wasm',
    )
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    version: string
  }
  disableTelemetry()
  try {
    const ort = createRequire(import.meta.url)(folder) as Onnxruntime
    return { ort, version }
  } catch (error) {
    throw new UserError(
      'onnxruntime',
      `the package in ${folder} does not load: ${firstLine(error)}`,
      'It runs on Linux, macOS (arm64) and Windows; ' +
        `this is ${process.platform} ${process.arch}. Use the engine tfjs-wasm`,
    )
  }
}

/**
 * Installs onnxruntime-node into the user's cache, completely or not at all, for all projects. Its
 * install script is not run: it fetches CUDA libraries and fails without a network.
 *
 * @param onProgress called with a message now and then
 * @param target the folder to make
 * @returns the folder of the package
 * @throws UserError when npm is missing or fails
 */
export async function installOnnxruntime(
  onProgress: (message: string) => void = () => {},
  target = cacheFolder(),
): Promise<string> {
  await mkdir(dirname(target), { recursive: true })
  const staging = await mkdtemp(`${target}.`)
  try {
    onProgress(`fetching ${packageName}@${packageVersion}`)
    await npmInstall(staging, [`${packageName}@${packageVersion}`], onProgress)
    if (!findInstalledPackage(staging))
      throw new UserError(
        'npm install',
        `ended without ${packageName}`,
        "Check npm's configuration, and try again",
      )
    await moveFolder(staging, target, () => findInstalledPackage(target) !== null)
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
  onProgress(`installed in ${target}`)
  return findInstalledPackage(target)!
}

function cacheFolder(): string {
  return join(
    envPaths('tune', { suffix: '' }).cache,
    'packages',
    `${packageName}@${packageVersion}`,
  )
}

function packageFolder(entry: string): string {
  const end = entry.lastIndexOf(packageName) + packageName.length
  return entry.slice(0, end)
}

function firstLine(error: unknown): string {
  return String(error instanceof Error ? error.message : error).split('\n')[0]!
}
