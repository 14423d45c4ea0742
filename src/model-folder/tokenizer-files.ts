import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { UserError } from '../errors.js'
import type { TemplateSource } from './chat-template.js'
import { readConfigFile, type ConfigFile } from './config-file.js'
import {
  isJsonObject,
  readJsonObject,
  readText,
  refusePlaceholder,
  type JsonObject,
} from './json-file.js'
import type { NamedTokens } from './tokenization/special-tokens.js'

/** What a model's folder says about its tokenizer. */
export interface TokenizerFiles {
  /** tokenizer.json */
  readonly tokenizer: JsonObject
  /** tokenizer_config.json, empty where there is none. */
  readonly config: JsonObject
  /** Files that name tokens beside tokenizer.json. */
  readonly named: NamedTokens
  /** Special tokens as text, by `bos_token`, `eos_token`, `sep_token` and so on. */
  readonly special: Readonly<Record<string, string>>
  /** The template, and where it is, as an error names it. */
  readonly chatTemplate: { readonly source: TemplateSource; readonly subject: string } | null
  /** `eos_token_id` of generation_config.json and config.json. */
  readonly eosIds: readonly number[]
  readonly bosId: number | null
}

/**
 * @param modelConfig config.json
 * @throws UserError where tokenizer.json is missing or a file isn't what it should be
 */
export async function readTokenizerFiles(
  dir: string,
  modelConfig: JsonObject,
): Promise<TokenizerFiles> {
  const read = (name: string): Promise<JsonObject | null> => readJsonObject(join(dir, name))
  // Only copied to an export, where a pointer would be taken for the tokenizer
  await refusePlaceholder(join(dir, 'tokenizer.model'))
  const tokenizer = await read('tokenizer.json')
  if (!tokenizer)
    throw new UserError(
      dir,
      'has no tokenizer.json',
      'Load the tokenizer in transformers and call save_pretrained, which writes one',
    )
  const configFile = await readConfigFile(join(dir, 'tokenizer_config.json'))
  const config = configFile?.value ?? {}
  const specialMap = (await read('special_tokens_map.json')) ?? {}
  const generation = (await read('generation_config.json')) ?? {}
  const ids = (field: string): number[] =>
    [generation[field], modelConfig[field]].flat().filter(id => Number.isInteger(id)) as number[]
  return {
    tokenizer,
    config,
    named: {
      config,
      specialTokens: specialMap,
      addedTokens: (await read('added_tokens.json')) ?? {},
    },
    special: specialTokens(
      // As in transformers: the map is of old, and counts where tokens are not described
      ...('added_tokens_decoder' in config ? [config, specialMap] : [specialMap, config]),
    ),
    chatTemplate: await readChatTemplate(dir, configFile),
    eosIds: ids('eos_token_id'),
    bosId: ids('bos_token_id')[0] ?? null,
  }
}

/** In the order of transformers: a file of its own, tokenizer_config.json, chat_template.json. */
async function readChatTemplate(
  dir: string,
  configFile: ConfigFile | null,
): Promise<TokenizerFiles['chatTemplate']> {
  const path = join(dir, 'chat_template.jinja')
  const text = await readText(path)
  if (text !== null)
    return { source: { default: text, ...(await additionalTemplates(dir)) }, subject: path }
  for (const file of [configFile, await readConfigFile(join(dir, 'chat_template.json'))]) {
    const source = file ? templateSource(file.value) : null
    if (file && source !== null) return { source, subject: file.at('chat_template') }
  }
  return null
}

/** `additional_chat_templates/NAME.jinja`, as transformers saves templates but the default. */
async function additionalTemplates(dir: string): Promise<Record<string, string>> {
  const folder = join(dir, 'additional_chat_templates')
  const names = (await readdir(folder).catch(() => [])).filter(name => name.endsWith('.jinja'))
  const templates = await Promise.all(
    names.map(async name => [basename(name, '.jinja'), await readText(join(folder, name))]),
  )
  return Object.fromEntries(templates) as Record<string, string>
}

function specialTokens(...sources: readonly JsonObject[]): Record<string, string> {
  const names = ['bos', 'eos', 'pad', 'unk', 'sep', 'cls', 'mask'].map(name => `${name}_token`)
  return Object.fromEntries(
    names.flatMap(name => {
      const text = sources.map(source => tokenText(source[name])).find(text => text !== null)
      return text === null || text === undefined ? [] : [[name, text]]
    }),
  )
}

/** A token is its text, or an object with the text as `content`. */
function tokenText(token: unknown): string | null {
  const text = isJsonObject(token) ? token.content : token
  return typeof text === 'string' && text !== '' ? text : null
}

/** A template is a text, or a list of named ones. */
function templateSource({ chat_template: template }: JsonObject): TemplateSource | null {
  if (typeof template === 'string') return template
  if (!Array.isArray(template)) return null
  const named = template.flatMap((entry: unknown) =>
    isJsonObject(entry) && typeof entry.name === 'string' && typeof entry.template === 'string'
      ? [[entry.name, entry.template] as const]
      : [],
  )
  return named.length > 0 ? Object.fromEntries(named) : null
}
