import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Message } from '../../src/model-folder/chat.js'
import { configFile } from '../../src/model-folder/config-file.js'
import { readDecoderConfig } from '../../src/model-folder/decoder-config.js'
import { openTokenizer, type Tokenizer } from '../../src/model-folder/tokenizer.js'
import { writeSafetensors } from '../../src/model-folder/safetensors.js'
import { initialWeights } from '../../src/decoder/weights.js'

export interface TokenizerCase {
  readonly text: string
  readonly ids: number[]
  readonly special: number[]
  readonly decoded: string
  readonly plain: string
}

/**
 * Small tokenizers of each kind, with what transformers makes of many texts:
 * scripts/golden/tokenizer.py.
 */
export const tokenizers = JSON.parse(
  readFileSync(new URL('../golden/tokenizers.json', import.meta.url), 'utf8'),
) as Readonly<
  Record<
    'normalizer' | 'metaspace' | 'byte level',
    { readonly tokenizer: object; readonly cases: readonly TokenizerCase[] }
  >
>

/**
 * Chat templates of each kind, and what transformers renders with them:
 * scripts/golden/chat_templates.py.
 */
export const chatTemplates = JSON.parse(
  readFileSync(new URL('../golden/chat-templates.json', import.meta.url), 'utf8'),
) as Readonly<
  Record<
    string,
    {
      readonly template: string
      readonly cases: readonly {
        readonly messages: readonly Message[]
        readonly asked: string | null
        readonly answered: string | null
      }[]
    }
  >
>

export const STORIES = new URL('../../../shared/models/stories260K', import.meta.url).pathname
export const SHARED_DATA = new URL('../../../shared/data', import.meta.url).pathname

/** A folder that is gone after the tests of the file. */
export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tune-format-'))
  afterAll(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

export const CONFIG = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  hidden_size: 8,
  intermediate_size: 12,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 430,
  max_position_embeddings: 64,
  rms_norm_eps: 1e-5,
  rope_theta: 10000,
  hidden_act: 'silu',
  tie_word_embeddings: true,
  torch_dtype: 'bfloat16',
  bos_token_id: 1,
  eos_token_id: 2,
}

/**
 * Writes a model of a few thousand numbers; the files given replace its own, and null leaves one
 * out.
 */
export async function writeTinyModel(
  dir: string,
  files: Readonly<Record<string, object | string | Buffer | null>> = {},
): Promise<string> {
  mkdirSync(dir, { recursive: true })
  const config = { ...CONFIG, ...(files['config.json'] as object | null) }
  await writeSafetensors(
    join(dir, 'model.safetensors'),
    initialWeights(readDecoderConfig(configFile('config.json', { ...CONFIG })), 1),
    { format: 'pt' },
  )
  const all = {
    'tokenizer.json': tokenizers.normalizer.tokenizer,
    'tokenizer_config.json': { bos_token: '<s>', eos_token: '</s>', unk_token: '<unk>' },
    ...files,
    ...(files['config.json'] === null || typeof files['config.json'] === 'string'
      ? {}
      : { 'config.json': config }),
  }
  for (const [name, content] of Object.entries(all)) {
    if (content === null) rmSync(join(dir, name), { force: true })
    else
      writeFileSync(
        join(dir, name),
        typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content),
      )
  }
  return dir
}

/**
 * One of the small tokenizers, or one of tokenizer.json's make, with a chat template or with none.
 */
export async function tinyTokenizer(
  kind: keyof typeof tokenizers | object,
  chatTemplate?: string,
  config: object = {},
): Promise<Tokenizer> {
  const dir = mkdtempSync(join(tmpdir(), 'tune-tokenizer-'))
  try {
    writeFileSync(
      join(dir, 'tokenizer.json'),
      JSON.stringify(typeof kind === 'object' ? kind : tokenizers[kind].tokenizer),
    )
    writeFileSync(
      join(dir, 'tokenizer_config.json'),
      JSON.stringify({
        bos_token: '<s>',
        eos_token: '</s>',
        chat_template: chatTemplate,
        ...config,
      }),
    )
    return await openTokenizer(dir, { max_position_embeddings: 512 })
  } finally {
    rmSync(dir, { recursive: true })
  }
}
