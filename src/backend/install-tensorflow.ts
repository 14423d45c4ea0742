import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, stat, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { npmInstall } from '../compile/engines/npm.js'
import {
  backendsFolder,
  descriptionFile,
  locateTfjsNode,
  sharedPackages,
  type InstalledTensorflow,
  type TensorflowVariant,
} from '../compile/engines/tensorflow-package.js'
import { UserError } from '../errors.js'
import { moveFolder } from '../util/replace-folder.js'
import { compileBinding, findCompiler } from './compile-binding.js'
import { nvidiaGpus } from './nvidia-gpus.js'
import { pythonWithPip } from './find-python.js'
import { checkEngine } from './check-engine.js'
import { fetchTensorflow } from './tensorflow-wheel.js'

const tensorflow = '2.21.0'
const tfjsNode = '4.22.0'
const nodeApiHeaders = '1.9.0'

/** Free disk space in GiB for wheels and their contents. */
const REQUIRED_GIB: Readonly<Record<TensorflowVariant, number>> = {
  tensorflow: 1.5,
  'tensorflow-gpu': 11,
}

export interface InstallOptions {
  readonly gpu: boolean
  /** Install even if a library loads already. */
  readonly force: boolean
  /** Called with a message for each step. */
  readonly onProgress: (message: string) => void
  /** Folder of backends; in the user's cache when left out. */
  readonly cache?: string
  /** Free GiB needed there; what the variant takes when left out. */
  readonly needed?: number
}

export interface InstallResult {
  readonly folder: string
  readonly variant: TensorflowVariant | 'own'
  /** False when a working one was installed already. */
  readonly fresh: boolean
  readonly device: string
  /** Of the test training. */
  readonly tokensPerSecond: number
}

/**
 * Installs TensorFlow's library into the user's cache, for all projects: completely or not at all,
 * and only after a test training with it in another process.
 *
 * @throws UserError when something is missing on this machine, or the training fails
 */
export async function installTensorflow({
  gpu,
  force,
  onProgress,
  cache = backendsFolder(),
  needed,
}: InstallOptions): Promise<InstallResult> {
  const variant: TensorflowVariant = gpu ? 'tensorflow-gpu' : 'tensorflow'
  if (!force) {
    const existing = await workingInstallation(variant, onProgress)
    if (existing) return existing
  }
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    throw new UserError(
      'TensorFlow',
      `is installed by this command only on Linux; this is ${process.platform} ${process.arch}`,
      'Use the engine onnxruntime, which works here, or run ' +
        '"npm rebuild @tensorflow/tfjs-node-gpu" in your project for the package\'s own library',
    )
  }
  if (gpu && !force && nvidiaGpus().length === 0) {
    throw new UserError(
      '--gpu',
      'this machine has no NVIDIA GPU with a driver',
      'Install the driver (nvidia-smi then shows the GPU), or install without --gpu; ' +
        'with --force it is installed anyway, for a machine that shares this folder',
    )
  }
  await mkdir(cache, { recursive: true })
  await removeLeftovers(cache)
  await checkSpace(cache, needed ?? REQUIRED_GIB[variant])
  const compiler = findCompiler()
  const staging = await mkdtemp(join(cache, stagingPrefix))
  try {
    const python = await pythonWithPip(join(staging, 'venv'), onProgress)
    onProgress(`fetching @tensorflow/tfjs-node-gpu@${tfjsNode}`)
    await fetchTfjsNode(staging)
    const site = join(staging, 'site')
    await fetchTensorflow(python, pipRequirement(variant), site, onProgress)
    onProgress('compiling the binding')
    await compileBinding(
      compiler,
      join(staging, 'node_modules/@tensorflow/tfjs-node-gpu'),
      join(staging, 'node_modules/node-api-headers/include'),
      site,
    )
    for (const buildFolder of ['venv', 'site/tensorflow/include'])
      await rm(join(staging, buildFolder), { recursive: true, force: true })
    await writeDescription(staging, variant)
    onProgress('training a step with it')
    const training = await checkInstallation(staging, gpu, force)
    const folder = join(cache, `${variant}-${tensorflow}`)
    await moveFolder(staging, folder, () => existsSync(join(folder, descriptionFile)))
    onProgress(`installed in ${folder}`)
    return { folder, variant, fresh: true, ...training }
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

async function workingInstallation(
  variant: TensorflowVariant,
  onProgress: (message: string) => void,
): Promise<InstallResult | null> {
  const located = locateTfjsNode()
  if (!located) return null
  if (variant === 'tensorflow-gpu' && located.installed?.variant !== variant) return null
  onProgress(`${located.folder} is installed: training a step with it`)
  const row = await checkEngine({
    engine: 'tensorflow',
    device: variant === 'tensorflow-gpu' ? 'cuda:0' : 'cpu',
  })
  if (!row.usable || (variant === 'tensorflow-gpu' && row.device === 'cpu')) {
    onProgress(`it does not work (${row.reason ?? 'it computes on the CPU'}): installing again`)
    return null
  }
  return {
    folder: located.folder,
    variant: located.installed?.variant ?? 'own',
    fresh: false,
    device: row.device,
    tokensPerSecond: row.tokensPerSecond,
  }
}

function pipRequirement(variant: TensorflowVariant): string {
  if (variant === 'tensorflow-gpu') return `tensorflow[and-cuda]==${tensorflow}`
  return process.arch === 'x64' ? `tensorflow-cpu==${tensorflow}` : `tensorflow==${tensorflow}`
}

/**
 * Installs the package and its dependencies, with empty packages instead of TensorFlow.js, which
 * are replaced by this package's when it is loaded.
 */
async function fetchTfjsNode(folder: string): Promise<void> {
  const empty: Record<string, string> = {}
  for (const name of sharedPackages) {
    const packageFolder = name.split('/')[1]!
    await mkdir(join(folder, packageFolder))
    await writeFile(
      join(folder, packageFolder, 'package.json'),
      JSON.stringify({ name, version: tfjsNode, main: 'index.js' }),
    )
    await writeFile(
      join(folder, packageFolder, 'index.js'),
      "throw new Error('tune replaces this package: load this backend with tune')\n",
    )
    empty[name] = `file:./${packageFolder}`
  }
  await writeFile(
    join(folder, 'package.json'),
    JSON.stringify({
      private: true,
      dependencies: {
        ...empty,
        '@tensorflow/tfjs-node-gpu': tfjsNode,
        'node-api-headers': nodeApiHeaders,
      },
      overrides: empty,
    }),
  )
  await npmInstall(folder, [], () => undefined)
}

async function writeDescription(folder: string, variant: TensorflowVariant): Promise<void> {
  const description: Omit<InstalledTensorflow, 'folder'> = { variant, tensorflow, tfjsNode }
  await writeFile(join(folder, descriptionFile), `${JSON.stringify(description)}\n`)
}

async function checkInstallation(
  folder: string,
  gpu: boolean,
  force: boolean,
): Promise<{ readonly device: string; readonly tokensPerSecond: number }> {
  const row = await checkEngine({
    engine: 'tensorflow',
    device: gpu ? 'cuda:0' : 'cpu',
    environment: { TUNE_TENSORFLOW: folder },
  })
  if (!row.usable)
    throw new UserError(
      'TensorFlow',
      `was installed and does not train: ${row.reason}`,
      gpu
        ? 'Check that nvidia-smi shows the GPU and its driver; without one, install without --gpu'
        : 'Use the engine onnxruntime, and report this',
    )
  if (gpu && !force && row.device === 'cpu')
    throw new UserError(
      'TensorFlow',
      'was installed and computes on the CPU: it found no GPU that it can use',
      'Check that nvidia-smi shows the GPU, with a driver for CUDA 12 or newer, ' +
        'then run this again',
    )
  return { device: row.device, tokensPerSecond: row.tokensPerSecond }
}

const stagingPrefix = '.installing-'
/** Age in milliseconds of an unfinished installation that was killed. */
const ABANDONED_MILLISECONDS = 6 * 3600 * 1000

/** Removes installations that were killed: each is gigabytes. */
async function removeLeftovers(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (!name.startsWith(stagingPrefix)) continue
    const folder = join(cache, name)
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Infinity }))
    if (Date.now() - mtimeMs > ABANDONED_MILLISECONDS)
      await rm(folder, { recursive: true, force: true })
  }
}

async function checkSpace(cache: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(cache)
  const free = (bavail * bsize) / 2 ** 30
  if (free < needed)
    throw new UserError(
      cache,
      `has ${free.toFixed(1)} GiB free, and ${needed} are needed`,
      'Free some space, or set another cache folder (XDG_CACHE_HOME=/another/folder), ' +
        'then run this again',
    )
}
