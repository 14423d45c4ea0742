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
import { compileBinding, findCompiler } from './binding.js'
import { nvidiaGpus } from './gpus.js'
import { pythonWithPip } from './python.js'
import { tryEngine } from './try-engine.js'
import { fetchTensorflow } from './wheel.js'

const tensorflow = '2.21.0'
const tfjsNode = '4.22.0'
const nodeApiHeaders = '1.9.0'

/** GiB that have to be free: wheels and what comes out of them. */
const NEEDED: Readonly<Record<TensorflowVariant, number>> = {
  tensorflow: 1.5,
  'tensorflow-gpu': 11,
}

export interface InstallOptions {
  readonly gpu: boolean
  /** Install even where a library loads already. */
  readonly force: boolean
  /** Told in words what happens. */
  readonly onProgress: (message: string) => void
  /** Where backends are; the user's cache when left out. */
  readonly cache?: string
  /** GiB that have to be free there; what the variant takes when left out. */
  readonly needed?: number
}

export interface InstallResult {
  readonly folder: string
  readonly variant: TensorflowVariant | 'own'
  /** False when one that works was there already. */
  readonly fresh: boolean
  readonly device: string
  /** Of the training that it was checked with. */
  readonly tokensPerSecond: number
}

/**
 * Makes TensorFlow's own library usable from this and every other project of the user: in the
 * user's cache, whole or not at all, and only after a training step has been seen to work with it
 * in a process of its own.
 *
 * @throws UserError for whatever is missing, with what to do
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
    const found = await workingAlready(variant, onProgress)
    if (found) return found
  }
  if (process.platform !== 'linux' || !['x64', 'arm64'].includes(process.arch)) {
    throw new UserError(
      'TensorFlow',
      `is installed by this command on Linux alone; this is ${process.platform} ${process.arch}`,
      'Use the engine onnxruntime, which computes here, or "npm rebuild @tensorflow/tfjs-node-gpu" in your project for the package\'s own library',
    )
  }
  if (gpu && !force && nvidiaGpus().length === 0) {
    throw new UserError(
      '--gpu',
      'no NVIDIA GPU with a driver is to be seen on this machine',
      'Install the driver (nvidia-smi shows the GPU then), or install without --gpu; with --force it is installed all the same, for a machine that shares this folder',
    )
  }
  await mkdir(cache, { recursive: true })
  await removeLeftovers(cache)
  await checkSpace(cache, needed ?? NEEDED[variant])
  const compiler = findCompiler()
  const staging = await mkdtemp(join(cache, stagingPrefix))
  try {
    const python = await pythonWithPip(join(staging, 'venv'), onProgress)
    onProgress(`fetching @tensorflow/tfjs-node-gpu@${tfjsNode}`)
    await fetchTfjsNode(staging)
    const site = join(staging, 'site')
    await fetchTensorflow(python, requirementOf(variant), site, onProgress)
    onProgress('compiling the binding')
    await compileBinding(
      compiler,
      join(staging, 'node_modules/@tensorflow/tfjs-node-gpu'),
      join(staging, 'node_modules/node-api-headers/include'),
      site,
    )
    for (const done of ['venv', 'site/tensorflow/include'])
      await rm(join(staging, done), { recursive: true, force: true })
    await describe(staging, variant)
    onProgress('training a step with it')
    const checked = await check(staging, gpu, force)
    const folder = join(cache, `${variant}-${tensorflow}`)
    await moveFolder(staging, folder, () => existsSync(join(folder, descriptionFile)))
    onProgress(`installed in ${folder}`)
    return { folder, variant, fresh: true, ...checked }
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

async function workingAlready(
  variant: TensorflowVariant,
  onProgress: (message: string) => void,
): Promise<InstallResult | null> {
  const located = locateTfjsNode()
  if (!located) return null
  if (variant === 'tensorflow-gpu' && located.installed?.variant !== variant) return null
  onProgress(`${located.folder} is there: training a step with it`)
  const row = await tryEngine({
    engine: 'tensorflow',
    device: variant === 'tensorflow-gpu' ? 'cuda:0' : 'cpu',
  })
  if (!row.usable || (variant === 'tensorflow-gpu' && row.device === 'cpu')) {
    onProgress(`it does not work (${row.reason ?? 'it computes on the CPU'}): installing anew`)
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

function requirementOf(variant: TensorflowVariant): string {
  if (variant === 'tensorflow-gpu') return `tensorflow[and-cuda]==${tensorflow}`
  return process.arch === 'x64' ? `tensorflow-cpu==${tensorflow}` : `tensorflow==${tensorflow}`
}

/**
 * The package with what it needs, but for TensorFlow.js: in its place empty packages, for which
 * ours are put in at loading.
 */
async function fetchTfjsNode(folder: string): Promise<void> {
  const empty: Record<string, string> = {}
  for (const name of sharedPackages) {
    const place = name.split('/')[1]!
    await mkdir(join(folder, place))
    await writeFile(
      join(folder, place, 'package.json'),
      JSON.stringify({ name, version: tfjsNode, main: 'index.js' }),
    )
    await writeFile(
      join(folder, place, 'index.js'),
      "throw new Error('the TensorFlow.js of the project belongs here: load this backend with tune')\n",
    )
    empty[name] = `file:./${place}`
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

async function describe(folder: string, variant: TensorflowVariant): Promise<void> {
  const description: Omit<InstalledTensorflow, 'folder'> = { variant, tensorflow, tfjsNode }
  await writeFile(join(folder, descriptionFile), `${JSON.stringify(description)}\n`)
}

async function check(
  folder: string,
  gpu: boolean,
  force: boolean,
): Promise<{ readonly device: string; readonly tokensPerSecond: number }> {
  const row = await tryEngine({
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
      'Check that nvidia-smi shows the GPU, with a driver for CUDA 12 or newer, then run this again',
    )
  return { device: row.device, tokensPerSecond: row.tokensPerSecond }
}

const stagingPrefix = '.installing-'
/** Milliseconds after which an installation that is not done was broken off. */
const BROKEN_OFF = 6 * 3600 * 1000

/** An installation that was killed leaves gigabytes. */
async function removeLeftovers(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    if (!name.startsWith(stagingPrefix)) continue
    const folder = join(cache, name)
    const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Infinity }))
    if (Date.now() - mtimeMs > BROKEN_OFF) await rm(folder, { recursive: true, force: true })
  }
}

async function checkSpace(cache: string, needed: number): Promise<void> {
  const { bavail, bsize } = await statfs(cache)
  const free = (bavail * bsize) / 2 ** 30
  if (free < needed)
    throw new UserError(
      cache,
      `has ${free.toFixed(1)} GiB free, and ${needed} are needed`,
      'Free some space, or put the cache elsewhere: XDG_CACHE_HOME=/another/folder, then run this again',
    )
}
