import { isJsonObject, type JsonObject } from './json-file.js'
import { AddedTokenFinder, type AddedToken } from './tokenization/added-tokens.js'
import { buildDecoder } from './tokenization/decoder.js'
import { buildNormalizer } from './tokenization/normalizer.js'
import { buildPostProcessor } from './tokenization/post-processor.js'
import { buildPreTokenizer } from './tokenization/pre-tokenizer.js'
import { addedTokens, type NamedTokens } from './tokenization/special-tokens.js'
import { buildTokenModel } from './tokenization/token-model.js'

/** A tokenizer as transformers has it, without what its configuration puts around a text. */
export interface TransformersTokenizer {
  /** What normalizer and pre-tokenizer make of a text, before the model is asked for tokens. */
  readonly pieces: (text: string) => readonly string[]
  /** @param addSpecial add what tokenizer.json puts around a text */
  readonly encode: (text: string, addSpecial: boolean) => number[]
  decode(ids: readonly number[], skipSpecial: boolean): string
  readonly tokenId: (token: string) => number | null
  token(id: number): string | null
  /** Highest id + 1. */
  readonly size: number
  readonly added: readonly AddedToken[]
  /** Id of the token for unknown text. */
  readonly unknown: number | null
}

/**
 * Builds a tokenizer as transformers 5 does, which is not in all as tokenizer.json has it: where
 * tokenizer_config.json names `LlamaTokenizer`, only vocabulary, merges and post-processor are
 * taken from the file.
 *
 * Source: transformers, models/llama/tokenization_llama.py and models/auto/tokenization_auto.py
 *
 * @param file tokenizer.json
 * @throws Error for what isn't supported, by name
 */
export function buildTokenizer(file: JsonObject, named: NamedTokens): TransformersTokenizer {
  const tokenizer = isRebuilt(file, named.config) ? rebuilt(file, named.config) : file
  if (!isJsonObject(tokenizer.model)) throw new Error('it has no model')
  const model = buildTokenModel(tokenizer.model)
  const normalize = buildNormalizer(tokenizer.normalizer)
  const preTokenize = buildPreTokenizer(tokenizer.pre_tokenizer)
  const postProcess = buildPostProcessor(tokenizer.post_processor)
  const decode = buildDecoder(tokenizer.decoder)
  const added = addedTokens(tokenizer, named, model.vocabulary)
  const plain = new AddedTokenFinder(
    added.filter(({ normalized }) => !normalized).map(token => [token.content, token]),
  )
  const normalized = new AddedTokenFinder(
    added.filter(({ normalized }) => normalized).map(token => [normalize(token.content), token]),
  )

  const encode = (text: string): number[] => {
    const ids: number[] = []
    // A text whose first character the normalizer drops does not begin where it did
    const isWhole = text === '' || normalize(String.fromCodePoint(text.codePointAt(0)!)) !== ''
    plain.split(text).forEach((section, i) => {
      if ('id' in section) ids.push(section.id)
      else
        normalized.split(normalize(section.text)).forEach((part, j) => {
          if ('id' in part) ids.push(part.id)
          else
            for (const id of model.tokenize(preTokenize(part.text, isWhole && i === 0 && j === 0)))
              ids.push(id)
        })
    })
    return ids
  }
  const tokens = new Map<number, string>()
  for (const [token, id] of model.vocabulary) tokens.set(id, token)
  for (const { id, content } of added) tokens.set(id, content)
  // A token that is found in its normalized form is decoded to that
  const decoded = new Map(
    added
      .filter(({ normalized }) => normalized)
      .map(({ id, content }) => [id, normalize(content)] as const),
  )
  const special = new Set(added.filter(({ special }) => special).map(({ content }) => content))
  const ids = new Map([
    ...model.vocabulary,
    ...added.map(({ content, id }) => [content, id] as const),
  ])
  return {
    pieces: text => preTokenize(normalize(text), true),
    encode: (text, addSpecial) => {
      const ids = encode(text)
      return addSpecial ? [...postProcess(ids)] : ids
    },
    decode: (ids, skipSpecial) =>
      decode(
        ids
          .map(id => decoded.get(id) ?? tokens.get(id))
          .filter(token => token !== undefined)
          .filter(token => !skipSpecial || !special.has(token)),
      ).join(''),
    tokenId: token => ids.get(token) ?? null,
    token: id => tokens.get(id) ?? null,
    size: [...tokens.keys()].reduce((highest, id) => Math.max(highest, id), -1) + 1,
    added,
    unknown: model.unknown,
  }
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
  const model = isJsonObject(tokenizer.model) ? tokenizer.model : {}
  if (!['BPE', undefined].includes(model.type as string | undefined) || Array.isArray(model.vocab))
    throw new Error(
      'tokenizer_config.json names LlamaTokenizer, which is BPE, and its model is ' +
        `${typeof model.type === 'string' ? model.type : 'Unigram'}; if tokenizer.json is right, ` +
        'name PreTrainedTokenizerFast',
    )
  return {
    ...tokenizer,
    model: {
      ...model,
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: true,
      byte_fallback: true,
      ignore_merges: false,
    },
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
