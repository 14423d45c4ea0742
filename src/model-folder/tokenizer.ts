import { UserError } from '../errors.js'
import {
  compileTemplate,
  DEFAULT_TEMPLATE,
  PARTED_TEMPLATE,
  type ChatTemplate,
  type TemplateSource,
} from './chat-template.js'
import type { Message } from './chat.js'
import { checkPatterns, compileWithinLimit } from './ending.js'
import type { JsonObject } from './json-file.js'
import { readTokenizerFiles, type TokenizerFiles } from './tokenizer-files.js'
import { buildTokenizer, type TransformersTokenizer } from './transformers-tokenizer.js'

export interface Tokenizer {
  /**
   * Token ids of a text as transformers has them. @param addSpecial default true: what the model
   * wants around a text, such as bos
   */
  encode(text: string, options?: { readonly addSpecial?: boolean }): number[]
  /** @param skipSpecial default true: leave out bos, eos and their like */
  decode(ids: Iterable<number>, options?: { readonly skipSpecial?: boolean }): string
  readonly tokenId: (token: string) => number | null
  /** Highest id + 1. */
  readonly vocabulary: number
  /** Most tokens that the model was made to read. */
  readonly contextLength: number
  readonly bos: number | null
  /** Tokens at which an answer is over; the first is the tokenizer's own. Never empty. */
  readonly eos: readonly number[]
  readonly pad: number | null
  /** The token of text that has none. */
  readonly unknown: number | null
  /**
   * The token that ends an answer in the model's dialogue format; null where the format has none.
   */
  readonly endOfTurn: number | null
  /** False: the model has no chat template, and `chatTemplate` is one of the product's own. */
  readonly hasTemplate: boolean
  /** Jinja source of the default template. */
  readonly chatTemplate: string
  /**
   * A conversation as text, special tokens included: encode it with `addSpecial: false`. @throws
   * Error in the template's words where it rejects the conversation
   */
  readonly renderChat: ChatTemplate['render']
  /**
   * The text that asks for an answer, as transformers' apply_chat_template with
   * add_generation_prompt.
   */
  readonly renderPrompt: (messages: readonly Message[], tools?: readonly unknown[]) => string
  /** Whether the chat template, for a conversation with tools or without, names a field. */
  readonly templateReads: ChatTemplate['reads']
  /** What an asking prompt ends with that no answer in a conversation begins with: `<think>\n`. */
  readonly promptOpening: string
  /** False: line breaks are lost when a text is encoded, as in WordPiece. */
  readonly keepsLineBreaks: boolean
}

/**
 * Opens the tokenizer of a model's folder.
 *
 * @param modelConfig config.json
 * @throws UserError where tokenizer.json is missing, broken or of an unknown kind
 */
export async function openTokenizer(dir: string, modelConfig: JsonObject): Promise<Tokenizer> {
  const files = await readTokenizerFiles(dir, modelConfig)
  const transformers = build(dir, files)
  checkPatterns(dir, files.tokenizer, transformers)
  const specialId = (name: string): number | null =>
    name in files.special ? transformers.tokenId(files.special[name]!) : null
  const bos = specialId('bos_token') ?? files.bosId
  const eos = [...new Set([specialId('eos_token') ?? files.eosIds[0], ...files.eosIds])].filter(
    id => id !== undefined,
  )
  if (eos.length === 0)
    throw new UserError(
      dir,
      'names no end-of-sequence token',
      'Add eos_token to tokenizer_config.json',
    )
  const idText = (id: number | null | undefined): string =>
    id === null || id === undefined ? '' : (transformers.token(id) ?? '')
  const keepsLineBreaks = withLineBreaks(dir, transformers)
  const source =
    files.chatTemplate?.source ?? (keepsLineBreaks ? DEFAULT_TEMPLATE : PARTED_TEMPLATE)
  const chat = openTemplate(files.chatTemplate?.subject ?? dir, source, {
    bos_token: idText(bos),
    eos_token: idText(eos[0]),
    ...files.special,
  })

  const around = specialsAround(files, bos, eos[0]!)
  const encode: Tokenizer['encode'] = (text, { addSpecial = true } = {}) => {
    const ids = transformers.encode(text, addSpecial && around === null)
    return addSpecial && around !== null ? [...around.before, ...ids, ...around.after] : ids
  }
  const endOfTurn = endOfTurnIn(encode(chat.afterAnswer, { addSpecial: false }), transformers)
  return {
    encode,
    decode(ids, { skipSpecial = true } = {}) {
      const text = transformers.decode([...ids], skipSpecial)
      return files.config.clean_up_tokenization_spaces === true ? withoutSpaces(text) : text
    },
    tokenId: transformers.tokenId,
    vocabulary: transformers.size,
    contextLength: contextLength(modelConfig, files),
    bos,
    eos: endOfTurn === null || eos.includes(endOfTurn) ? eos : [...eos, endOfTurn],
    pad: specialId('pad_token'),
    unknown: transformers.unknown,
    endOfTurn,
    hasTemplate: files.chatTemplate !== null,
    chatTemplate: typeof source === 'string' ? source : source.default!,
    renderChat: chat.render,
    renderPrompt: (messages, tools) => chat.render(messages, { generationPrompt: true, tools }),
    templateReads: chat.reads,
    promptOpening: chat.opening,
    keepsLineBreaks,
  }
}

function build(dir: string, { tokenizer, named }: TokenizerFiles): TransformersTokenizer {
  try {
    return buildTokenizer(tokenizer, named)
  } catch (error) {
    throw new UserError(
      dir,
      `tokenizer.json cannot be used: ${(error as Error).message}`,
      'Download it again, or use a model with another tokenizer',
    )
  }
}

function withLineBreaks(dir: string, { encode }: TransformersTokenizer): boolean {
  try {
    return encode('a\nb', false).join() !== encode('a b', false).join()
  } catch (error) {
    throw new UserError(
      dir,
      `the tokenizer cannot encode every text: ${(error as Error).message}`,
      'Use a model with another tokenizer',
    )
  }
}

function openTemplate(
  subject: string,
  source: TemplateSource,
  tokens: Readonly<Record<string, string>>,
): ChatTemplate {
  try {
    return compileWithinLimit(subject, () => compileTemplate(source, tokens))
  } catch (error) {
    if (error instanceof UserError) throw error
    throw new UserError(
      subject,
      `the chat template cannot be used: ${(error as Error).message}`,
      'Mend chat_template',
    )
  }
}

/** tokenizer_config.json may say what stands around a text; then tokenizer.json doesn't count. */
function specialsAround(
  { config }: TokenizerFiles,
  bos: number | null,
  eos: number,
): { before: number[]; after: number[] } | null {
  if (!('add_bos_token' in config) && !('add_eos_token' in config)) return null
  return {
    before: config.add_bos_token === true && bos !== null ? [bos] : [],
    after: config.add_eos_token === true ? [eos] : [],
  }
}

function endOfTurnIn(
  afterAnswer: readonly number[],
  transformers: TransformersTokenizer,
): number | null {
  return afterAnswer.find(id => transformers.added.some(token => token.id === id)) ?? null
}

/**
 * Joins punctuation to the words before it: transformers 5 does so only if a model asks for it.
 *
 * Source: transformers, tokenization_utils_base.py, `clean_up_tokenization`
 */
function withoutSpaces(text: string): string {
  return text
    .replace(/ ([.?!,])/g, '$1')
    .replaceAll(" ' ", "'")
    .replace(/ (n't|'m|'s|'ve|'re)/g, '$1')
}

/** tokenizer_config.json writes "no limit" as a number of thirty digits. */
function contextLength(modelConfig: JsonObject, { config }: TokenizerFiles): number {
  const limits = [
    modelConfig.max_position_embeddings ?? modelConfig.n_positions,
    config.model_max_length,
  ]
  return Math.min(
    ...limits.filter((limit): limit is number => typeof limit === 'number' && limit > 0),
  )
}
