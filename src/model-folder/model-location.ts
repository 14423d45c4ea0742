import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, resolve } from 'node:path'
import { UserError } from '../errors.js'
import { isJsonObject, readJsonObject } from './json-file.js'

/** Folders named in one message. */
const MAX_NAMED = 3
/** Weights in other formats, by the ending of their files. */
const FORMATS: Readonly<Record<string, string>> = {
  '.gguf': 'GGUF, of llama.cpp',
  '.ggml': 'GGML, of llama.cpp',
  '.bin': 'PyTorch',
  '.pt': 'PyTorch',
  '.pth': 'PyTorch',
  '.ckpt': 'PyTorch',
  '.h5': 'Keras',
  '.msgpack': 'Flax',
  '.onnx': 'ONNX',
  '.npz': 'NumPy',
  '.distcp': 'sharded PyTorch checkpoints',
}

/**
 * Checks that a path is a folder with a model, not an adapter, a cache, a trainer's output, or a
 * folder above or below the model.
 *
 * @throws UserError naming what the path is, and the folder to name instead if one is near
 */
export async function checkModelLocation(dir: string): Promise<void> {
  const stats = statSync(dir, { throwIfNoEntry: false })
  if (!stats) throw new UserError(dir, 'there is no such folder', 'Check the path of the model')
  if (!stats.isDirectory()) throw fileRefusal(dir)
  await refuseAdapter(dir)
  if (existsSync(join(dir, 'config.json'))) return
  for (const find of [hubCache, trainerOutput, nearbyModel, otherFormat]) {
    const refusal = find(dir)
    if (refusal) throw refusal
  }
  throw new UserError(
    dir,
    'has no config.json',
    'Name the folder of a model in Hugging Face layout',
  )
}

/** @returns null if a folder has no weights in another format */
export function otherWeights(
  dir: string,
): { readonly file: string; readonly format: string } | null {
  const file = entries(dir).find(name => extname(name).toLowerCase() in FORMATS)
  return file === undefined ? null : { file, format: FORMATS[extname(file).toLowerCase()]! }
}

function fileRefusal(path: string): UserError {
  const format = FORMATS[extname(path).toLowerCase()]
  return new UserError(
    path,
    format === undefined ? 'is not a folder' : `is a file of weights in the format ${format}`,
    format === undefined
      ? 'Name the folder that holds config.json, tokenizer.json and model.safetensors'
      : CONVERT,
  )
}

const CONVERT =
  'Name the folder of the model in Hugging Face layout that it was made from: ' +
  'config.json, tokenizer.json and model.safetensors'

/** As transformers does, an adapter_config.json counts before a config.json beside it. */
async function refuseAdapter(dir: string): Promise<void> {
  const path = join(dir, 'adapter_config.json')
  const adapter = await readJsonObject(path)
  if (!adapter) return
  const { base_model_name_or_path: base } = adapter
  if (typeof base !== 'string' || base === '')
    throw new UserError(
      dir,
      'is a PEFT adapter, not a model, and adapter_config.json names no base model',
      MERGE,
    )
  const isLocal =
    [base, resolve(dir, base)].some(path => existsSync(path)) || /^[./~]|^[A-Za-z]:/.test(base)
  throw new UserError(
    dir,
    `is a PEFT adapter of the model ${base}, not a model`,
    `Name ${isLocal ? base : `hf:${base}`} to start from its base model. ${MERGE}`,
  )
}

const MERGE =
  'To start from both, merge them in Python: AutoPeftModelForCausalLM.from_pretrained(ADAPTER)' +
  '.merge_and_unload().save_pretrained(FOLDER), and save the tokenizer there'

/** A cache of huggingface_hub, or a repository in one: the model is in `snapshots/COMMIT`. */
function hubCache(dir: string): UserError | null {
  if (basename(dir) === 'snapshots' && entries(dirname(dir)).includes('refs'))
    return hubCache(dirname(dir))
  const repositories = folders(dir).filter(name => name.startsWith('models--'))
  if (repositories.length > 0) {
    const models = repositories.flatMap(name => snapshots(join(dir, name)))
    return new UserError(dir, 'is a cache of models, not a model', nameOne(models, CHECK_CACHE))
  }
  if (!folders(dir).includes('snapshots')) return null
  return new UserError(
    dir,
    "is a model's folder in the cache, whose files are under snapshots/",
    nameOne(snapshots(dir), CHECK_CACHE),
  )
}

const CHECK_CACHE = 'Fetch the model again: it has no complete snapshot'

/** Snapshots with a config.json, that of `refs/main` first. */
function snapshots(repository: string): string[] {
  const main = join(repository, 'refs', 'main')
  const commit = existsSync(main) ? readFileSync(main, 'utf8').trim() : ''
  return folders(join(repository, 'snapshots'))
    .sort((a, b) => Number(b === commit) - Number(a === commit))
    .map(name => join(repository, 'snapshots', name))
    .filter(isModel)
    .slice(0, commit === '' ? undefined : 1)
}

/** Trainers save `checkpoint-STEP`, and the final model beside them only when told to. */
function trainerOutput(dir: string): UserError | null {
  const checkpoints = folders(dir)
    .map(name => /^checkpoint-(\d+)$/.exec(name))
    .filter(match => match !== null)
    .sort((a, b) => Number(b[1]) - Number(a[1]))
    .map(match => join(dir, match[0]))
  const newest = checkpoints.find(path => isModel(path) || isAdapter(path)) ?? checkpoints[0]
  if (newest === undefined) return null
  const best = bestCheckpoint(dir, newest)
  return new UserError(
    dir,
    `is the output of a trainer: ${checkpoints.length} ` +
      `checkpoint${checkpoints.length === 1 ? '' : 's'}, no model of its own`,
    `Name the newest, ${newest}` + (best === null ? '' : `, or the best, ${best}`),
  )
}

/** As the trainer recorded it; null if it is the newest, or gone. */
function bestCheckpoint(dir: string, newest: string): string | null {
  const path = join(newest, 'trainer_state.json')
  if (!existsSync(path)) return null
  try {
    const state: unknown = JSON.parse(readFileSync(path, 'utf8'))
    const best = isJsonObject(state) ? state.best_model_checkpoint : null
    const name = typeof best === 'string' ? basename(best) : ''
    return name !== '' && name !== basename(newest) && existsSync(join(dir, name))
      ? join(dir, name)
      : null
  } catch {
    return null
  }
}

/** A model one or two levels below, or in a folder above. */
function nearbyModel(dir: string): UserError | null {
  const children = folders(dir).map(name => join(dir, name))
  const below = children.filter(isModel)
  const deeper = children.flatMap(path => folders(path).map(name => join(path, name)))
  const models = below.length > 0 ? below : deeper.filter(isModel)
  if (models.length > 0)
    return new UserError(
      dir,
      'has no config.json; a folder in it has one',
      nameOne(models, 'Name the folder of a model'),
    )
  const above = [dirname(resolve(dir)), dirname(dirname(resolve(dir)))].find(isModel)
  return above === undefined
    ? null
    : new UserError(dir, 'has no config.json; a folder above it has one', `Name ${above}`)
}

function otherFormat(dir: string): UserError | null {
  const weights = otherWeights(dir)
  if (!weights) return null
  return new UserError(
    dir,
    `has weights as ${weights.file} (${weights.format}), and no config.json`,
    CONVERT,
  )
}

function nameOne(paths: readonly string[], otherwise: string): string {
  if (paths.length === 0) return otherwise
  const named = paths.slice(0, MAX_NAMED).join(', or ')
  return `Name ${named}${paths.length > MAX_NAMED ? `, or another of ${paths.length}` : ''}`
}

/** Any program may have a config.json: a model has weights or a tokenizer beside it. */
function isModel(dir: string): boolean {
  const names = entries(dir)
  return (
    names.includes('config.json') &&
    names.some(name => name === 'tokenizer.json' || /\.(safetensors|bin|gguf)$/.test(name))
  )
}

function isAdapter(dir: string): boolean {
  return existsSync(join(dir, 'adapter_config.json'))
}

function folders(dir: string): string[] {
  return entries(dir)
    .filter(name => statSync(join(dir, name), { throwIfNoEntry: false })?.isDirectory())
    .sort()
}

function entries(dir: string): string[] {
  try {
    return readdirSync(dir)
  } catch {
    return []
  }
}
