import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { glob } from 'tinyglobby'
import { UserError } from '../errors.js'
import { localPath } from '../hub/index.js'
import { readConfigs, trainingFiles, type DatasetConfig } from './configs.js'
import { DATA_ENDINGS } from './readers/file-format.js'
import { chooseSplit } from './split-names.js'

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
  'dataset_dict.json',
  'state.json',
  'config.json',
  'package.json',
])

/**
 * The files that a data set is made of: files, folders (all data files below, of the training split
 * if the names say splits), a configuration of a folder by its name, and patterns such as
 * `data/*.jsonl`.
 *
 * @param data absolute paths or patterns, or names on a hub that have been fetched
 * @throws UserError for a folder without data or with more than one data set, and a pattern that no
 *   file matches
 */
export async function findSources(data: string | readonly string[]): Promise<Sources> {
  const files = new Set<string>()
  const setAside = new Set<string>()
  for (const source of typeof data === 'string' ? [data] : data) {
    const expanded = await expand(localPath(source))
    for (const file of expanded.files) files.add(file)
    for (const file of expanded.setAside) setAside.add(file)
  }
  return { files: [...files], setAside: [...setAside].filter(file => !files.has(file)) }
}

async function expand(source: string): Promise<Sources> {
  const stats = await stat(source).catch(() => null)
  if (stats?.isDirectory()) return folder(source)
  if (!stats && isPattern(source)) {
    const files = (await glob(source, { absolute: true, expandDirectories: false })).sort()
    if (files.length === 0)
      throw new UserError(
        source,
        'fits no file',
        'Check the pattern: * stands for any part of a name, ** for any folders',
      )
    return { files, setAside: [] }
  }
  const config = stats
    ? undefined
    : (await readConfigs(dirname(source))).find(({ name }) => name === basename(source))
  if (config) return configured(dirname(source), config)
  // What is wrong with a file is said where it is read
  return { files: [source], setAside: [] }
}

function isPattern(source: string): boolean {
  return /[*?[\]{}]/.test(source)
}

async function folder(path: string): Promise<Sources> {
  const configs = await readConfigs(path)
  const chosen = configs.length === 1 ? configs[0] : configs.find(({ isDefault }) => isDefault)
  if (chosen) return configured(path, chosen)
  if (configs.length > 1)
    throw severalDataSets(
      path,
      configs.map(({ name }) => name),
    )
  const files = await dataFiles(path)
  const choice = chooseSplit(path, files)
  if (choice.kind === 'several') throw severalDataSets(path, choice.names)
  return choice
}

/** A configuration that the folder's README.md describes, as `datasets` reads it. */
async function configured(path: string, config: DatasetConfig): Promise<Sources> {
  const patterns = trainingFiles(config)
  const files = (await glob([...patterns], { cwd: path, absolute: true })).sort()
  if (files.length === 0)
    throw new UserError(
      join(path, 'README.md'),
      `names no file that is there for its configuration ${config.name}: ${patterns.join(', ')}`,
      'Fetch the files, or name those to train on',
    )
  const all = await dataFiles(path)
  return { files, setAside: all.filter(file => !files.includes(file)) }
}

async function dataFiles(path: string): Promise<readonly string[]> {
  const all = (await glob('**/*', { cwd: path, absolute: true })).sort()
  const files = all.filter(
    file =>
      DATA_ENDINGS.some(ending => file.toLowerCase().replace(/\.gz$/, '').endsWith(ending)) &&
      !BESIDE.has(basename(file)),
  )
  if (files.length > 0) return files
  if (all.some(file => file.endsWith('.arrow'))) {
    const split = all.some(file => basename(file) === 'dataset_dict.json') ? "['train']" : ''
    throw new UserError(
      path,
      'holds Arrow files, as datasets.save_to_disk writes them',
      'Save it as Parquet: python -c "import datasets; ' +
        `datasets.load_from_disk('${path}')${split}.to_parquet('train.parquet')"`,
    )
  }
  throw new UserError(
    path,
    'is a folder without data',
    `Name a file, or a folder with files that end in ${DATA_ENDINGS.join(', ')}`,
  )
}

function severalDataSets(path: string, names: readonly string[]): UserError {
  return new UserError(
    path,
    `holds more than one data set to train on: ${names.slice(0, 8).join(', ')}`,
    `Name one of them, or several: --data ${join(path, names[0]!)}`,
  )
}
