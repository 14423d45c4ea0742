import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { UserError } from '../errors.js'
import type { DecoderConfig } from '../decoder/config.js'
import { EMBEDDING, HEAD, weightSpecs } from '../decoder/weights.js'
import { readJsonObject, isJsonObject } from './json-file.js'
import { otherWeights } from './model-location.js'
import { haveSameValues, type TensorPlace } from './own-head.js'
import { readHeader, type FloatType } from './safetensors.js'
import type { SafetensorsHeader } from './safetensors-header.js'

/** A weight as a file has it. */
export interface StoredWeight {
  /** Its name in the decoder. */
  readonly name: string
  /**
   * In the file; models that were saved without their head leave the prefix out: `h.0.ln_1.weight`.
   */
  readonly stored: string
  readonly dtype: FloatType
}

/** Where each weight of a model is, by the path of its file. */
export type WeightFiles = ReadonlyMap<string, readonly StoredWeight[]>

const READABLE: readonly string[] = ['F32', 'F16', 'BF16'] satisfies FloatType[]
const PREFIX = /^(model|transformer)\./

/** The weights of a model, and its config as the files have it. */
export interface ModelWeights {
  /** `tied` only if the files have no output projection with values of its own. */
  readonly config: DecoderConfig
  readonly files: WeightFiles
}

/**
 * Finds the weights that a config calls for in `model.safetensors`, or in the files that
 * `model.safetensors.index.json` names, and checks shapes and dtypes by the headers. Tensors that
 * the config doesn't call for are left aside. If the config ties the output projection to the
 * embedding and the files have both, their values decide, as in transformers.
 *
 * @throws UserError for missing, broken or other weights
 */
export async function findWeights(dir: string, fileConfig: DecoderConfig): Promise<ModelWeights> {
  const headers = await Promise.all((await weightPaths(dir)).map(readHeader))
  const config = {
    ...fileConfig,
    tied: fileConfig.tied && !(await hasOwnHead(headers, fileConfig)),
  }
  const files = new Map<string, StoredWeight[]>()
  for (const [name, { shape }] of Object.entries(weightSpecs(config))) {
    const place =
      findTensor(headers, name) ??
      // Tied, the one matrix may be under the other's name
      (config.tied && name === EMBEDDING[config.architecture] ? findTensor(headers, HEAD) : null)
    if (!place)
      throw new UserError(
        dir,
        `the weights have no tensor ${name}, which config.json calls for`,
        MISMATCH,
      )
    const { header, name: stored } = place
    const weight = { name, stored, dtype: checkTensor(header, stored, shape) }
    files.set(header.path, [...(files.get(header.path) ?? []), weight])
  }
  return { config, files }
}

async function hasOwnHead(
  headers: readonly SafetensorsHeader[],
  { architecture }: DecoderConfig,
): Promise<boolean> {
  const head = findTensor(headers, HEAD)
  const embedding = findTensor(headers, EMBEDDING[architecture])
  return head !== null && embedding !== null && !(await haveSameValues(head, embedding))
}

/** Models that were saved without their head leave the prefix out. */
function findTensor(headers: readonly SafetensorsHeader[], name: string): TensorPlace | null {
  for (const stored of [name, name.replace(PREFIX, '')]) {
    const header = headers.find(({ tensors }) => tensors.has(stored))
    if (header) return { header, name: stored }
  }
  return null
}

const MISMATCH = 'Use weights and config.json of one and the same model'

function checkTensor(
  { path, tensors }: SafetensorsHeader,
  name: string,
  shape: readonly number[],
): FloatType {
  const tensor = tensors.get(name)!
  if (tensor.shape.join() !== shape.join()) {
    throw new UserError(
      path,
      `${name} has shape [${tensor.shape.join(', ')}] ` +
        `and config.json calls for [${shape.join(', ')}]`,
      MISMATCH,
    )
  }
  if (!READABLE.includes(tensor.dtype))
    throw new UserError(
      path,
      `${name} has dtype ${tensor.dtype}`,
      'Convert the weights to F32, F16 or BF16',
    )
  return tensor.dtype as FloatType
}

async function weightPaths(dir: string): Promise<string[]> {
  const single = join(dir, 'model.safetensors')
  if (existsSync(single)) return [single]
  const indexPath = join(dir, 'model.safetensors.index.json')
  const index = await readJsonObject(indexPath)
  if (index) return shardPaths(dir, indexPath, index.weight_map)
  const shards = readdirSync(dir).filter(name => name.endsWith('.safetensors'))
  if (shards.length > 0)
    throw new UserError(
      dir,
      `has weights as ${shards[0]}, but no model.safetensors and no model.safetensors.index.json`,
      shards.length === 1
        ? 'If these are the weights in the layout of transformers, rename them'
        : 'Download the index, or load the model in transformers and call save_pretrained',
    )
  const other = otherWeights(dir)
  if (other)
    throw new UserError(
      dir,
      `has weights as ${other.file}, but no model.safetensors`,
      other.file.endsWith('.gguf')
        ? 'Convert them: load the model in transformers with from_pretrained(FOLDER, ' +
            `gguf_file=${JSON.stringify(other.file)}) and call save_pretrained`
        : 'Convert them: load the model in transformers and call save_pretrained',
    )
  throw new UserError(dir, 'has no model.safetensors', 'Download the model with its weights')
}

function shardPaths(dir: string, indexPath: string, map: unknown): string[] {
  const shards = isJsonObject(map) ? [...new Set(Object.values(map))] : []
  if (shards.length === 0)
    throw new UserError(indexPath, 'has no weight_map', 'Download the file again')
  return shards.map(shard => {
    // An index may name files of its own folder only
    if (typeof shard !== 'string' || basename(shard) !== shard || !shard.endsWith('.safetensors')) {
      throw new UserError(
        indexPath,
        `names the file ${JSON.stringify(shard)}, which is not a safetensors file of this folder`,
        'Download the file again',
      )
    }
    if (!existsSync(join(dir, shard)))
      throw new UserError(
        dir,
        `${shard} is missing, which model.safetensors.index.json names`,
        'Download the missing file',
      )
    return join(dir, shard)
  })
}
