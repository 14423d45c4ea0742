import { basename, dirname, relative } from 'node:path'

/** Which files of a folder are trained on. */
export type SplitChoice =
  | {
      readonly kind: 'chosen'
      readonly files: readonly string[]
      readonly setAside: readonly string[]
    }
  /** The names tell more than one training split apart; those are their paths in the folder. */
  | { readonly kind: 'several'; readonly names: readonly string[] }

const TRAIN = ['train', 'training']
const OTHER = ['test', 'testing', 'valid', 'validation', 'val', 'dev', 'eval', 'evaluation']

/**
 * Chooses the training split by the names of the files: `train-00000-of-00002.parquet`,
 * `test/a.jsonl`. Splits such as `train_sft` and `train_gen` are different ones, and so are those
 * of two folders that have the same splits.
 *
 * @param files absolute paths, all below `folder`
 */
export function chooseSplit(folder: string, files: readonly string[]): SplitChoice {
  const named = files.map(file => ({ file, ...splitName(relative(folder, file)) }))
  const kinds = new Set(named.map(({ kind }) => kind))
  const split = kinds.has('train') ? 'train' : kinds.has(null) ? null : 'other'
  const chosen = named.filter(({ kind }) => kind === split)
  if (split === 'train') {
    const names = [...new Set(chosen.map(({ name }) => name))]
    if (names.length > 1) return { kind: 'several', names: names.map(name => pathTo(name, chosen)) }
  }
  return {
    kind: 'chosen',
    files: chosen.map(({ file }) => file),
    setAside: named.filter(({ kind }) => kind !== split).map(({ file }) => file),
  }

  /** The file alone if it is one, else a pattern for its parts. */
  function pathTo(name: string, all: typeof named): string {
    const own = all.filter(each => each.name === name).map(({ file }) => relative(folder, file))
    return own.length === 1 ? own[0]! : `${name}*`
  }
}

/** @param path within the folder */
function splitName(path: string): {
  readonly kind: 'train' | 'other' | null
  readonly name: string
} {
  const words = path.toLowerCase().split(/[^a-z]+/)
  const kind = words.some(word => TRAIN.includes(word))
    ? 'train'
    : words.some(word => OTHER.includes(word))
      ? 'other'
      : null
  return { kind, name: withoutPart(path) }
}

/** The name without what numbers the parts of one split: `-00000-of-00002`, `_3`, `.part1`. */
function withoutPart(path: string): string {
  const file = basename(path)
    .replace(/\.gz$/i, '')
    .replace(/\.[a-z]+$/i, '')
  const name = file
    .replace(/-\d+-of-\d+$/, '')
    .replace(/[-_. ]*(part|shard|chunk)?[-_. ]*\d+$/i, '')
  const folder = dirname(path)
  // Files of any name in a folder that names the split are parts of it.
  const isSplitFolder = TRAIN.includes(basename(folder).toLowerCase())
  return isSplitFolder ? folder : folder === '.' ? name : `${folder}/${name}`
}
