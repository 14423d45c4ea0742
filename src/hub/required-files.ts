import { basename } from 'node:path'
import { UserError } from '../errors.js'
import type { HubFile } from './listing.js'
import { formatReference, type Reference } from './reference.js'

const MODEL_FILES = [
  /^(config|generation_config|tokenizer|tokenizer_config)\.json$/i,
  /^(special_tokens_map|added_tokens|vocab|chat_template)\.json$/i,
  /^(merges\.txt|tokenizer\.model|chat_template\.jinja|LICENSE.*|NOTICE.*)$/i,
]
const SHARD = /^model-\d+-of-\d+\.safetensors$/
const DATA = /\.(jsonl?|ndjson|csv|tsv|xml|parquet|txt)(\.gz)?$/i
const METADATA_FILES = new Set(['dataset_infos.json', 'dataset_info.json', 'state.json'])

/**
 * The files of a repository that are fetched: config, tokenizer and safetensors weights of a model;
 * the data files of a data set.
 *
 * @throws UserError when there are none
 */
export function requiredFiles(reference: Reference, files: readonly HubFile[]): readonly HubFile[] {
  const subject = formatReference(reference)
  if (reference.kind === 'dataset') {
    const below = (path: string): boolean =>
      reference.path === '' || path === reference.path || path.startsWith(`${reference.path}/`)
    const data = files.filter(
      ({ path }) => below(path) && DATA.test(path) && !METADATA_FILES.has(basename(path)),
    )
    if (data.length === 0)
      throw new UserError(
        subject,
        'holds no data files that can be read',
        'Choose a data set with JSON, JSONL, CSV, XML, Parquet or text files',
      )
    return data
  }
  const weights = weightFiles(files)
  if (weights.length === 0) {
    const other = files.find(({ path }) =>
      /\.(bin|pt|pth|gguf|onnx|h5|msgpack|safetensors)$/.test(path),
    )
    throw new UserError(
      subject,
      other ? `has weights as ${other.path}, but no model.safetensors` : 'has no weights',
      'Choose a model with safetensors weights in the layout of transformers',
    )
  }
  return [
    ...files.filter(({ path }) => MODEL_FILES.some(pattern => pattern.test(path))),
    ...weights,
  ]
}

/**
 * One file, or an index and its shards. Other weights, such as the original in another layout, are
 * not used.
 */
function weightFiles(files: readonly HubFile[]): readonly HubFile[] {
  const single = files.filter(({ path }) => path === 'model.safetensors')
  if (single.length > 0) return single
  const index = files.filter(({ path }) => path === 'model.safetensors.index.json')
  return index.length > 0 ? [...index, ...files.filter(({ path }) => SHARD.test(path))] : []
}
