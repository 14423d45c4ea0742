import { stat } from 'node:fs/promises'
import { basename, relative } from 'node:path'
import { glob } from 'tinyglobby'
import { UserError } from '../errors.js'
import { localPath } from '../hub/index.js'
import { DATA_ENDINGS } from './readers/file-format.js'

export interface Sources {
  /** Absolute paths, each once, in the order named; within a folder or a pattern by name. */
  readonly files: readonly string[]
  /** Files of a folder that hold other splits than training. */
  readonly setAside: readonly string[]
}

/** Files that stand beside data sets and are none. */
const BESIDE = new Set([
  'dataset_infos.json',
  'dataset_info.json',
  'state.json',
  'config.json',
  'package.json',
])

/**
 * The files that a data set is made of: files, folders (all data files below, of the training split
 * where the names say splits) and patterns such as `data/*.jsonl`.
 *
 * @param data absolute paths or patterns, or names on a hub that have been fetched
 * @throws UserError for a folder without data and a pattern that nothing fits
 */
export async function findSources(data: string | readonly string[]): Promise<Sources> {
  const files = new Set<string>()
  const setAside = new Set<string>()
  for (const source of typeof data === 'string' ? [data] : data) {
    const found = await expand(localPath(source))
    for (const file of found.files) files.add(file)
    for (const file of found.setAside) setAside.add(file)
  }
  return { files: [...files], setAside: [...setAside].filter(file => !files.has(file)) }
}

async function expand(source: string): Promise<Sources> {
  const found = await stat(source).catch(() => null)
  if (found?.isDirectory()) return folder(source)
  if (!found && isPattern(source)) {
    const files = (await glob(source, { absolute: true, expandDirectories: false })).sort()
    if (files.length === 0)
      throw new UserError(
        source,
        'fits no file',
        'Check the pattern: * stands for any part of a name, ** for any folders',
      )
    return { files, setAside: [] }
  }
  // What is wrong with a file is said where it is read
  return { files: [source], setAside: [] }
}

function isPattern(source: string): boolean {
  return /[*?[\]{}]/.test(source)
}

async function folder(path: string): Promise<Sources> {
  const all = (await glob('**/*', { cwd: path, absolute: true })).sort()
  const files = all.filter(
    file =>
      DATA_ENDINGS.some(ending => file.toLowerCase().replace(/\.gz$/, '').endsWith(ending)) &&
      !BESIDE.has(basename(file)),
  )
  if (files.length === 0)
    throw new UserError(
      path,
      'is a folder without data',
      `Name a file, or a folder with files that end in ${DATA_ENDINGS.join(', ')}`,
    )
  const split = files.map(file => splitIn(relative(path, file)))
  const chosen = split.includes('train') ? 'train' : null
  const chosenFiles = files.filter((_, i) => split[i] === chosen)
  // Nothing but test files: then they are what is meant
  return chosenFiles.length === 0
    ? { files, setAside: [] }
    : { files: chosenFiles, setAside: files.filter((_, i) => split[i] !== chosen) }
}

/** The split that a path names: `train-00000-of-00002.parquet`, `test/a.jsonl`. */
function splitIn(path: string): 'train' | 'other' | null {
  const words = path.toLowerCase().split(/[^a-z]+/)
  if (words.some(word => ['train', 'training'].includes(word))) return 'train'
  return words.some(word =>
    ['test', 'testing', 'valid', 'validation', 'val', 'dev', 'eval', 'evaluation'].includes(word),
  )
    ? 'other'
    : null
}
