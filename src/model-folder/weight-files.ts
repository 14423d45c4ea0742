import { existsSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { UserError } from '../errors.js'
import type { DecoderConfig } from '../decoder/config.js'
import { weightSpecs } from '../decoder/weights.js'
import { readJsonObject, isJsonObject } from './json-file.js'
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

/**
 * Finds the weights that a config calls for in `model.safetensors`, or in the files that
 * `model.safetensors.index.json` names, and checks shapes and dtypes by the headers alone. Tensors
 * that the config doesn't call for are left aside.
 *
 * @throws UserError for missing, broken or other weights
 */
export async function findWeights(dir: string, config: DecoderConfig): Promise<WeightFiles> {
  const headers = await Promise.all((await weightPaths(dir)).map(readHeader))
  const found = new Map<string, StoredWeight[]>()
  for (const [name, { shape }] of Object.entries(weightSpecs(config))) {
    const stored = [name, name.replace(PREFIX, '')].find(name =>
      headers.some(({ tensors }) => tensors.has(name)),
    )
    if (stored === undefined)
      throw new UserError(
        dir,
        `the weights have no tensor ${name}, which config.json calls for`,
        MISMATCH,
      )
    const header = headers.find(({ tensors }) => tensors.has(stored))!
    const weight = { name, stored, dtype: checkTensor(header, stored, shape) }
    found.set(header.path, [...(found.get(header.path) ?? []), weight])
  }
  return found
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
  const other = readdirSync(dir).find(name => /\.(bin|pt|pth|gguf|onnx|h5|msgpack)$/.test(name))
  if (other)
    throw new UserError(
      dir,
      `has weights as ${other}, but no model.safetensors`,
      'Convert them: load the model in transformers and call save_pretrained',
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
