import { join } from 'node:path'
import type { HostTensor } from '../compile/program.js'
import { UserError } from '../errors.js'
import { localPath } from '../hub/index.js'
import type { DecoderConfig } from '../decoder/config.js'
import { EMBEDDING, weightSpecs } from '../decoder/weights.js'
import { elementCount } from '../util/element-count.js'
import { readArchitecture } from './architecture.js'
import { checkModelLocation } from './model-location.js'
import { readDecoderConfig } from './decoder-config.js'
import { readConfigFile } from './config-file.js'
import type { JsonObject } from './json-file.js'
import { requireFinite } from './finite-weights.js'
import { readTensors, type FloatType } from './safetensors.js'
import { checkTokenizer, withinEmbedding } from './tokenizer-check.js'
import { openTokenizer, type Tokenizer } from './tokenizer.js'
import { findWeights, type WeightFiles } from './weight-files.js'

/** A model's folder in Hugging Face layout, checked but for the values of its weights. */
export interface ModelFolder {
  readonly dir: string
  readonly config: DecoderConfig
  readonly tokenizer: Tokenizer
  /** Trainable numbers; a tied output projection counts once. */
  readonly parameters: number
  /** As in config.json: `LlamaForCausalLM`. */
  readonly architecture: string
  /** config.json as it was read. */
  readonly source: JsonObject
  readonly files: WeightFiles
}

/**
 * Opens a folder with config.json, tokenizer.json and safetensors weights, and checks that they
 * belong together. Only headers of the weights are read.
 *
 * @param path a folder, or a name on a hub that has been fetched
 * @throws UserError naming what is missing, broken or not supported
 */
export async function openModel(path: string): Promise<ModelFolder> {
  const dir = localPath(path)
  await checkModelLocation(dir)
  const configFile = await readConfigFile(join(dir, 'config.json'))
  if (!configFile)
    throw new UserError(
      dir,
      'has no config.json',
      'Name the folder of a model in Hugging Face layout',
    )
  const { config, files } = await findWeights(dir, readDecoderConfig(configFile))
  const tokenizer = withinEmbedding(
    dir,
    config.vocabulary,
    await openTokenizer(dir, configFile.value),
  )
  checkTokenizer(dir, config.vocabulary, tokenizer)
  const parameters = Object.values(weightSpecs(config)).reduce(
    (sum, { shape }) => sum + elementCount(shape),
    0,
  )
  return {
    dir,
    config,
    tokenizer,
    parameters,
    architecture: readArchitecture(configFile),
    source: configFile.value,
    files,
  }
}

/**
 * Weights as float32 by their Hugging Face names; `lm_head.weight` only where it isn't the
 * embedding.
 *
 * @throws UserError naming a tensor with a value that isn't a finite number
 */
export async function readWeights({
  files,
}: Pick<ModelFolder, 'files'>): Promise<Record<string, HostTensor>> {
  const weights: Record<string, HostTensor> = {}
  for (const [path, inFile] of files) {
    const tensors = await readTensors(
      path,
      inFile.map(({ stored }) => stored),
    )
    for (const { name, stored } of inFile) {
      requireFinite(path, stored, tensors[stored]!)
      weights[name] = tensors[stored]!
    }
  }
  return weights
}

/** The dtype of the model's matrices in its files; norms are often kept finer. */
export function storedType({ config, files }: ModelFolder): FloatType {
  const embedding = EMBEDDING[config.architecture]
  return [...files.values()].flat().find(({ name }) => name === embedding)!.dtype
}
