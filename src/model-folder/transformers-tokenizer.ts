import * as library from '@huggingface/tokenizers'
import { isJsonObject, type JsonObject } from './json-file.js'

/**
 * The part of the library's tokenizer that is used; its own declarations import without extensions,
 * which Node's resolution of types doesn't find.
 */
export interface HuggingFaceTokenizer {
  encode(text: string, options: { add_special_tokens: boolean }): { ids: number[] }
  decode(
    ids: number[],
    options: { skip_special_tokens: boolean; clean_up_tokenization_spaces: boolean },
  ): string
  token_to_id(token: string): number | undefined
  id_to_token(id: number): string | undefined
  get_vocab(): Map<string, number>
  get_added_tokens_decoder(): Map<number, unknown>
  readonly decoder: unknown
}

const { Tokenizer } = library as unknown as {
  readonly Tokenizer: new (tokenizer: JsonObject, config: JsonObject) => HuggingFaceTokenizer
}

/**
 * Builds a tokenizer as transformers 5 does, which is not in all as tokenizer.json has it: where
 * tokenizer_config.json names `LlamaTokenizer`, only vocabulary, merges and post-processor are
 * taken from the file. That shows in texts with a space in front.
 *
 * Source: transformers, models/llama/tokenization_llama.py and models/auto/tokenization_auto.py
 *
 * @param tokenizer tokenizer.json
 * @param config    tokenizer_config.json
 */
export function buildTokenizer(tokenizer: JsonObject, config: JsonObject): HuggingFaceTokenizer {
  const adapted = { ...tokenizer, pre_tokenizer: withAllDigits(tokenizer.pre_tokenizer) }
  const built = new Tokenizer(
    isRebuilt(adapted, config) ? rebuilt(adapted, config) : adapted,
    config,
  )
  keepByteOrderMarks(built.decoder)
  return built
}

function isRebuilt(tokenizer: JsonObject, { tokenizer_class: name }: JsonObject): boolean {
  const { normalizer, pre_tokenizer: splitter, decoder } = tokenizer
  return (
    (name === 'LlamaTokenizer' || name === 'LlamaTokenizerFast') &&
    !JSON.stringify({ normalizer, splitter, decoder }).includes('"ByteLevel"')
  )
}

function rebuilt(
  tokenizer: JsonObject,
  { legacy, add_prefix_space: space }: JsonObject,
): JsonObject {
  const prefixed = space !== false
  return {
    ...tokenizer,
    normalizer: null,
    pre_tokenizer: {
      type: 'Metaspace',
      replacement: '▁',
      prepend_scheme: !prefixed ? 'never' : legacy === true ? 'always' : 'first',
      split: false,
    },
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        ...(prefixed ? [{ type: 'Strip', content: ' ', start: 1, stop: 0 }] : []),
      ],
    },
  }
}

/**
 * To Rust's library ½, ² and １ are digits as 1 is; to JavaScript's only those of ASCII are, and it
 * splits at no others.
 */
function withAllDigits(part: unknown): unknown {
  if (!isJsonObject(part)) return part
  if (part.type === 'Digits')
    return {
      type: 'Split',
      pattern: { Regex: part.individual_digits === true ? '\\p{N}' : '\\p{N}+' },
      behavior: 'Isolated',
      invert: false,
    }
  return Array.isArray(part.pretokenizers)
    ? { ...part, pretokenizers: part.pretokenizers.map(withAllDigits) }
    : part
}

/**
 * The library's decoder of byte tokens takes U+FEFF for a mark that is not part of the text; in a
 * token it is text.
 */
function keepByteOrderMarks(decoder: unknown): void {
  if (typeof decoder !== 'function') return
  const part = decoder as { text_decoder?: TextDecoder; decoders?: readonly unknown[] }
  if (part.text_decoder) part.text_decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  part.decoders?.forEach(keepByteOrderMarks)
}
