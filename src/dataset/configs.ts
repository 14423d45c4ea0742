import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'

/** One of the data sets that a folder holds, as the front matter of its README.md has it. */
export interface DatasetConfig {
  readonly name: string
  readonly isDefault: boolean
  readonly files: readonly { readonly split: string; readonly path: readonly string[] }[]
}

const paths = z.union([z.string(), z.array(z.string())])
const splitFiles = z.object({ split: z.union([z.string(), z.number()]), path: paths })
const frontMatter = z.object({
  configs: z.array(
    z.object({
      config_name: z.string(),
      default: z.boolean().optional(),
      data_files: z.union([paths, z.array(splitFiles)]).optional(),
      data_dir: z.string().optional(),
    }),
  ),
})

/**
 * The configurations of a data set's folder. Source: the field `configs` of dataset cards, which
 * `datasets` reads.
 *
 * @returns none without a README.md that states any
 */
export async function readConfigs(folder: string): Promise<readonly DatasetConfig[]> {
  const text = await readFile(join(folder, 'README.md'), 'utf8').catch(() => '')
  const matter = /^---\r?\n(.*?)\r?\n---/s.exec(text)?.[1]
  if (matter === undefined) return []
  const read = frontMatter.safeParse(parsedYaml(matter))
  if (!read.success) return []
  return read.data.configs.map(config => ({
    name: config.config_name,
    isDefault: config.default === true || config.config_name === 'default',
    files: splits(config),
  }))
}

/** Patterns of the files to train on: of the split `train`, or of the only one. */
export function trainingFiles({ files }: DatasetConfig): readonly string[] {
  const train = files.filter(({ split }) => split === 'train')
  return (train.length > 0 ? train : files).flatMap(({ path }) => path)
}

type Config = z.infer<typeof frontMatter>['configs'][number]

function splits({ data_files: files, data_dir: dir = '.' }: Config): DatasetConfig['files'] {
  const inDir = (path: string | readonly string[]) => [path].flat().map(each => join(dir, each))
  if (files === undefined) return [{ split: 'train', path: inDir('**/*') }]
  if (typeof files === 'string') return [{ split: 'train', path: inDir(files) }]
  return files.map(each =>
    typeof each === 'string'
      ? { split: 'train', path: inDir(each) }
      : { split: String(each.split), path: inDir(each.path) },
  )
}

function parsedYaml(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 })
  } catch {
    return null
  }
}
