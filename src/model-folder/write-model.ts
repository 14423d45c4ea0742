import { cp, readFile, readdir, stat, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { HostTensor, Named } from '../compile/program.js'
import { UserError } from '../errors.js'
import { HEAD, weightSpecs } from '../decoder/weights.js'
import { fsync } from '../util/fsync.js'
import { replaceFolder, restoreReplaced, type ReplacementPaths } from '../util/replace-folder.js'
import { readJsonObject } from './json-file.js'
import { storedType, type ModelFolder } from './open-model.js'
import { writeSafetensors, type FloatType } from './safetensors.js'

export interface NewModel {
  /** The model that was tuned: its config and tokenizer are taken over. */
  readonly from: ModelFolder
  /** By Hugging Face names, as `readWeights` gives them. */
  readonly weights: Named<HostTensor>
  /** README.md. */
  readonly card: string
  /** Writes what else belongs to the export into its folder. */
  readonly also?: (dir: string) => Promise<void>
  /**
   * Asked of the finished folder before it takes its place; where it says no, nothing is left
   * behind.
   */
  readonly verify?: (dir: string) => Promise<boolean>
}

/** Lists the files of an export: the next one may replace exactly those. */
const MANIFEST = 'tune-export.json'

const NAMED_TEMPLATES = 'additional_chat_templates'

const COPIED = new RegExp(
  `^(${[
    'tokenizer\\.json',
    'special_tokens_map\\.json',
    'added_tokens\\.json',
    'vocab\\.json',
    'merges\\.txt',
    'tokenizer\\.model',
    'chat_template\\.(jinja|json)',
    'LICENSE.*',
    'NOTICE.*',
  ].join('|')})$`,
)

/**
 * Writes a model as a folder in Hugging Face layout: safetensors with the names and dtypes of the
 * model that was tuned, config, tokenizer, generation config, card. It is written beside `dir` and
 * renamed when it is complete and on the disk; an earlier export is replaced, and kept should the
 * new one fail.
 *
 * @returns false where `verify` said no
 * @throws UserError where `dir` is a folder with other files, or cannot be written
 */
export async function writeModel(dir: string, model: NewModel): Promise<boolean> {
  checkWeights(model)
  const paths = exportPaths(dir)
  await restoreReplaced(dir, paths)
  await refuseForeign(dir)
  try {
    return await replaceFolder(
      dir,
      async fresh => {
        await writeFiles(fresh, model)
        return !model.verify || (await model.verify(fresh))
      },
      paths,
    )
  } catch (error) {
    throw asUserError(dir, error)
  }
}

function checkWeights({ from, weights }: NewModel): void {
  for (const [name, { shape }] of Object.entries(weightSpecs(from.config))) {
    const found = weights[name]
    if (found?.shape.join() !== shape.join())
      throw new Error(`weight ${name} must have shape [${shape}], not [${found?.shape}]`)
  }
}

async function writeFiles(dir: string, { from, weights, card, also }: NewModel): Promise<void> {
  // A tied matrix that was under the head's name gets the embedding's, which every reader knows
  const stored = [...from.files.values()]
    .flat()
    .map(weight => (weight.stored === HEAD ? { ...weight, stored: weight.name } : weight))
  await writeSafetensors(
    join(dir, 'model.safetensors'),
    Object.fromEntries(stored.map(({ name, stored }) => [stored, weights[name]!])),
    { format: 'pt' },
    Object.fromEntries(stored.map(({ stored, dtype }) => [stored, dtype])),
  )
  const { dtype, ...config } = from.source
  const written = TORCH_NAMES[storedType(from)]
  await writeJson(dir, 'config.json', {
    ...config,
    architectures: [from.architecture],
    // As the files have it, whatever config.json of the model that was tuned says
    tie_word_embeddings: from.config.tied,
    torch_dtype: written,
    ...(dtype === undefined ? {} : { dtype: written }),
  })
  await writeJson(dir, 'generation_config.json', await generationConfig(from))
  await writeJson(dir, 'tokenizer_config.json', await tokenizerConfig(from))
  await writeFile(join(dir, 'README.md'), card)
  for (const name of await readdir(from.dir))
    if (COPIED.test(name)) await writeFile(join(dir, name), await readFile(join(from.dir, name)))
  // Chat templates but the default, which tokenizers choose by name
  if (await stat(join(from.dir, NAMED_TEMPLATES)).catch(() => null))
    await cp(join(from.dir, NAMED_TEMPLATES), join(dir, NAMED_TEMPLATES), { recursive: true })
  await also?.(dir)
  await writeJson(dir, MANIFEST, { format: 1, files: [...(await readdir(dir)), MANIFEST].sort() })
  for (const name of [...(await readdir(dir)), '.']) await fsync(join(dir, name))
}

const TORCH_NAMES: Readonly<Record<FloatType, string>> = {
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
}

/** Generation must stop where the answers of the training did. */
async function generationConfig({ dir, tokenizer: { bos, eos } }: ModelFolder): Promise<object> {
  const base = (await readJsonObject(join(dir, 'generation_config.json'))) ?? {}
  return {
    ...(bos === null ? {} : { bos_token_id: bos }),
    ...base,
    eos_token_id: eos.length === 1 ? eos[0] : eos,
  }
}

/** A model tuned in the plain dialogue of a base model takes that along as its chat template. */
async function tokenizerConfig({ dir, tokenizer }: ModelFolder): Promise<object> {
  const base = (await readJsonObject(join(dir, 'tokenizer_config.json'))) ?? {}
  return tokenizer.hasTemplate ? base : { ...base, chat_template: tokenizer.chatTemplate }
}

async function writeJson(dir: string, name: string, value: object): Promise<void> {
  await writeFile(join(dir, name), JSON.stringify(value, null, 2) + '\n')
}

/** A folder that isn't empty is replaced only where it is an export with nothing added to it. */
async function refuseForeign(dir: string): Promise<void> {
  const found = await stat(dir).catch(() => null)
  if (!found) return
  const elsewhere = 'Choose another folder, or move it away'
  if (!found.isDirectory()) throw new UserError(dir, 'is a file', elsewhere)
  const names = await readdir(dir)
  if (names.length === 0) return
  const { files } = (await readJsonObject(join(dir, MANIFEST))) ?? {}
  if (!Array.isArray(files)) throw new UserError(dir, 'holds files that no export wrote', elsewhere)
  const added = names.find(name => !files.includes(name))
  if (added !== undefined)
    throw new UserError(dir, `holds ${added}, which was added to the export`, elsewhere)
}

/** Hidden, and named so that no folder of a user's is taken for one of these. */
function exportPaths(dir: string): ReplacementPaths {
  const hidden = join(dirname(dir), `.${basename(dir)}.tune-export`)
  return { fresh: `${hidden}-new`, old: `${hidden}-old` }
}

function asUserError(dir: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException
  const remedies: Record<string, string> = {
    ENOSPC: 'Free some space on that disk',
    EACCES: 'Choose a folder that you may write to',
    EROFS: 'Choose a folder that you may write to',
  }
  return code !== undefined && code in remedies
    ? new UserError(dir, `the model cannot be written: ${message}`, remedies[code]!)
    : error
}
