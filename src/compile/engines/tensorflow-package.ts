import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import util from 'node:util'
import envPaths from 'env-paths'
import { UserError } from '../../errors.js'

type TfjsNode = typeof import('@tensorflow/tfjs-node-gpu')

/** `tensorflow-gpu` computes on the CPU if it finds no GPU. */
export type TensorflowVariant = 'tensorflow' | 'tensorflow-gpu'

/** An installation by `tune backend install`, as described in its folder. */
export interface InstalledTensorflow {
  readonly variant: TensorflowVariant
  /** Version of TensorFlow's library. */
  readonly tensorflow: string
  /** Version of @tensorflow/tfjs-node-gpu. */
  readonly tfjsNode: string
  readonly folder: string
}

interface LocatedTfjsNode {
  /** Of the package @tensorflow/tfjs-node-gpu. */
  readonly folder: string
  /**
   * Null for the copy among this package's dependencies, whose install script fetched the library.
   */
  readonly installed: InstalledTensorflow | null
}

const packageName = '@tensorflow/tfjs-node-gpu'
const remedy = 'Run "tune backend install", or use another engine'

/**
 * Loads TensorFlow into this process, for the TensorFlow.js of this package; tfjs's backend is
 * `tensorflow` afterwards. The first call blocks for about half a second; later calls return the
 * same.
 *
 * @throws UserError when it isn't installed or doesn't load on this machine
 */
// eslint-disable-next-line @typescript-eslint/require-await -- callers load every engine alike
export async function loadTfjsNode(): Promise<{
  readonly tfjsNode: TfjsNode
  readonly located: LocatedTfjsNode
  readonly version: string
}> {
  const located = locateTfjsNode()
  if (!located)
    throw new UserError(
      'tensorflow',
      `TensorFlow's library for ${packageName} is not installed`,
      remedy,
    )
  const require = createRequire(import.meta.url)
  shareTfjs(require, located)
  shimNode()
  // By default TensorFlow uses oneDNN on some processors only; on others it is slower and has no
  // depthwise convolution of unequal strides.
  process.env['TF_ENABLE_ONEDNN_OPTS'] ??= '1'
  try {
    const { version } = require(join(located.folder, 'package.json')) as { version: string }
    return { tfjsNode: require(located.folder) as TfjsNode, located, version }
  } catch (error) {
    const problem = String(error instanceof Error ? error.message : error).split('\n')[0]!
    throw new UserError(
      'tensorflow',
      `the library in ${located.folder} does not load: ${problem}`,
      remedy,
    )
  }
}

/**
 * @returns where a tfjs-node with its library is: in the user's cache, the variant for GPUs first,
 * or among the dependencies; null when nowhere
 */
export function locateTfjsNode(): LocatedTfjsNode | null {
  const installed = installedTensorflow().at(0)
  if (installed) return { folder: join(installed.folder, 'node_modules', packageName), installed }
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${packageName}/package.json`))
    return hasBinding(folder) ? { folder, installed: null } : null
  } catch {
    return null
  }
}

/**
 * @returns the complete installations in the cache: for GPUs first, then the newest. The variable
 *   TUNE_TENSORFLOW names one folder instead
 */
export function installedTensorflow(cache = backendsFolder()): InstalledTensorflow[] {
  const override = process.env['TUNE_TENSORFLOW']
  if (override) return [readInstallation(override)].flatMap(installation => installation ?? [])
  if (!existsSync(cache)) return []
  return readdirSync(cache)
    .sort(
      (a, b) =>
        Number(b.startsWith('tensorflow-gpu')) - Number(a.startsWith('tensorflow-gpu')) ||
        b.localeCompare(a, 'en', { numeric: true }),
    )
    .flatMap(name => readInstallation(join(cache, name)) ?? [])
}

/** Where backends are installed, for all projects of the user. */
export function backendsFolder(): string {
  return join(envPaths('tune', { suffix: '' }).cache, 'backends')
}

/** The file that is written last, after a test training with the backend. */
export const descriptionFile = 'backend.json'

function readInstallation(folder: string): InstalledTensorflow | null {
  try {
    const { variant, tensorflow, tfjsNode } = JSON.parse(
      readFileSync(join(folder, descriptionFile), 'utf8'),
    ) as Omit<InstalledTensorflow, 'folder'>
    return hasBinding(join(folder, 'node_modules', packageName))
      ? { variant, tensorflow, tfjsNode, folder }
      : null
  } catch {
    return null
  }
}

function hasBinding(folder: string): boolean {
  const lib = join(folder, 'lib')
  return (
    existsSync(lib) &&
    readdirSync(lib).some(version => existsSync(join(lib, version, 'tfjs_binding.node')))
  )
}

/** Packages that tfjs-node imports; its installation in the cache has empty ones. */
export const sharedPackages = ['@tensorflow/tfjs', '@tensorflow/tfjs-core'] as const

/**
 * Makes a tfjs-node in the cache import this package's TensorFlow.js: a second copy would register
 * its kernels and gradients over those of the first.
 */
function shareTfjs(require: NodeJS.Require, { folder, installed }: LocatedTfjsNode): void {
  if (!installed) return
  const requireFromTfjsNode = createRequire(join(folder, 'package.json'))
  // The core is a dependency of TensorFlow.js, not of this package.
  const requireFromTfjs = createRequire(require.resolve('@tensorflow/tfjs'))
  for (const name of sharedPackages) {
    requireFromTfjs(name)
    require.cache[requireFromTfjsNode.resolve(name)] = require.cache[requireFromTfjs.resolve(name)]
  }
}

/** Node 23 removed functions that tfjs-node 4.22 calls. */
function shimNode(): void {
  const utilities = util as unknown as Record<string, unknown>
  utilities['isNullOrUndefined'] ??= (x: unknown) => x == null
  utilities['isArray'] ??= Array.isArray
}
