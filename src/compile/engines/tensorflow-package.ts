import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import util from 'node:util'
import envPaths from 'env-paths'
import { UserError } from '../../errors.js'

export type TfjsNode = typeof import('@tensorflow/tfjs-node-gpu')

/** `tensorflow-gpu` computes on the CPU too, where no device is to be seen. */
export type TensorflowVariant = 'tensorflow' | 'tensorflow-gpu'

/** What `tune backend install` put down, as its folder says it. */
export interface InstalledTensorflow {
  readonly variant: TensorflowVariant
  /** Of TensorFlow's library. */
  readonly tensorflow: string
  /** Of @tensorflow/tfjs-node-gpu. */
  readonly tfjsNode: string
  readonly folder: string
}

export interface LocatedTfjsNode {
  /** Of the package @tensorflow/tfjs-node-gpu. */
  readonly folder: string
  /**
   * Null for the copy among this package's dependencies, whose own install script brought the
   * library.
   */
  readonly installed: InstalledTensorflow | null
}

const packageName = '@tensorflow/tfjs-node-gpu'
const remedy = 'Run "tune backend install", or use another engine'

/**
 * TensorFlow in this process, on the same TensorFlow.js that everything else here uses; its backend
 * `tensorflow` is the current one afterwards. Blocks for about half a second the first time; later
 * calls give the same.
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
  // Left to itself, TensorFlow computes with oneDNN on some processors only; on others it is slower
  // and has no depthwise convolution of unequal strides.
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
 * @returns what is whole in the cache: for GPUs first, then the newest. The variable
 * TUNE_TENSORFLOW names one folder instead.
 */
export function installedTensorflow(cache = backendsFolder()): InstalledTensorflow[] {
  const named = process.env['TUNE_TENSORFLOW']
  if (named) return [describe(named)].flatMap(found => found ?? [])
  if (!existsSync(cache)) return []
  return readdirSync(cache)
    .sort(
      (a, b) =>
        Number(b.startsWith('tensorflow-gpu')) - Number(a.startsWith('tensorflow-gpu')) ||
        b.localeCompare(a, 'en', { numeric: true }),
    )
    .flatMap(name => describe(join(cache, name)) ?? [])
}

/** Where backends are put for every project of this user. */
export function backendsFolder(): string {
  return join(envPaths('tune', { suffix: '' }).cache, 'backends')
}

/** The file that is written last, when a backend has been seen to work. */
export const descriptionFile = 'backend.json'

function describe(folder: string): InstalledTensorflow | null {
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

/** What tfjs-node asks for, and finds empty in the cache. */
export const sharedPackages = ['@tensorflow/tfjs', '@tensorflow/tfjs-core'] as const

/**
 * A tfjs-node in the cache finds empty packages beside it; it is given ours instead, since a second
 * copy of TensorFlow.js would register its kernels and gradients over those of the first.
 */
function shareTfjs(require: NodeJS.Require, { folder, installed }: LocatedTfjsNode): void {
  if (!installed) return
  const theirs = createRequire(join(folder, 'package.json'))
  // The core is a dependency of TensorFlow.js, not of ours
  const ours = createRequire(require.resolve('@tensorflow/tfjs'))
  for (const name of sharedPackages) {
    ours(name)
    require.cache[theirs.resolve(name)] = require.cache[ours.resolve(name)]
  }
}

/** Node 23 took away what tfjs-node 4.22 calls. */
function shimNode(): void {
  const utilities = util as unknown as Record<string, unknown>
  utilities['isNullOrUndefined'] ??= (x: unknown) => x == null
  utilities['isArray'] ??= Array.isArray
}
