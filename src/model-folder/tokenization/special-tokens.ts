import { isJsonObject, type JsonObject } from '../json-file.js'
import type { AddedToken } from './added-tokens.js'

/** Where tokens are named beside tokenizer.json. */
export interface NamedTokens {
  /** tokenizer_config.json */
  readonly config: JsonObject
  /** special_tokens_map.json and added_tokens.json; empty where there is none. */
  readonly specialTokens: JsonObject
  readonly addedTokens: JsonObject
}

const NAMES = ['bos', 'eos', 'unk', 'sep', 'pad', 'cls', 'mask'].map(name => `${name}_token`)

/** A token before it has an id. */
type NewToken = Omit<AddedToken, 'id'>

/**
 * The added tokens of a tokenizer, as transformers 5 has them: those of tokenizer.json, and those
 * that only the other files name. A token of the vocabulary keeps its id; others get the next ones,
 * whatever id a file gives them.
 *
 * Source: tokenizers, tokenizer/added_vocabulary.rs, `add_tokens`; transformers,
 * tokenization_utils_tokenizers.py, `__init__`, and tokenization_utils_base.py, `_from_pretrained`
 *
 * @param vocabulary ids of the model, by token
 */
export function addedTokens(
  tokenizer: JsonObject,
  named: NamedTokens,
  vocabulary: ReadonlyMap<string, number>,
): readonly AddedToken[] {
  const added = new Map<string, AddedToken>()
  let next = vocabulary.size
  const add = (token: NewToken): void => {
    if (token.content === '') return
    const id = added.get(token.content)?.id ?? vocabulary.get(token.content) ?? next
    if (id >= next) next = id + 1
    added.set(token.content, { ...token, id })
  }
  const inFile = [tokenizer.added_tokens].flat().filter(isJsonObject)
  for (const token of inFile) add(readToken(token))

  const { decoded, special } = otherTokens(named, inFile)
  for (const token of decoded) if (!isEqual(added.get(token.content), token)) add(token)
  for (const token of special) if (!added.has(token.content)) add({ ...token, special: true })
  return [...added.values()]
}

/** Tokens of `added_tokens_decoder`, or of the older files in its place; and special tokens. */
function otherTokens(
  { config, specialTokens, addedTokens }: NamedTokens,
  inFile: readonly JsonObject[],
): { readonly decoded: readonly NewToken[]; readonly special: readonly NewToken[] } {
  const decoder = config.added_tokens_decoder
  if (isJsonObject(decoder)) {
    const decoded = Object.entries(decoder)
      .sort(([a], [b]) => Number(a) - Number(b))
      .map(([, token]) => token)
      .filter(isJsonObject)
      .map(readToken)
    return { decoded, special: withOptions(specialNames(config), decoded) }
  }
  const special = specialNames({ ...config, ...specialTokens })
  const names = new Set(special.map(({ content }) => content))
  const old = Object.entries(addedTokens)
    .sort(([, a], [, b]) => Number(a) - Number(b))
    .map(([content]) => readToken({ content, special: names.has(content) }))
    .filter(({ content }) => !inFile.some(token => token.content === content))
  return { decoded: old, special: withOptions(special, [...old, ...inFile.map(readToken)]) }
}

function specialNames(fields: JsonObject): readonly NewToken[] {
  const { additional_special_tokens: additional, extra_special_tokens: extra } = fields
  const list = truthyList(extra) ?? truthyList(additional) ?? extra
  const own = Object.keys(fields).filter(
    name => name.endsWith('_token') && !NAMES.includes(name) && typeof fields[name] === 'string',
  )
  return [
    ...[...NAMES, ...own].map(name => fields[name]),
    ...(isJsonObject(list) ? Object.values(list) : Array.isArray(list) ? list : []),
  ]
    .filter(token => (typeof token === 'string' ? token !== '' : isJsonObject(token)))
    .map(token => readToken(isJsonObject(token) ? token : { content: token, special: true }))
}

function truthyList(value: unknown): readonly unknown[] | null {
  return Array.isArray(value) && value.length > 0 ? value : null
}

/** A token that is described elsewhere has the options from there. */
function withOptions(tokens: readonly NewToken[], described: readonly NewToken[]): NewToken[] {
  return tokens.map(token => described.find(({ content }) => content === token.content) ?? token)
}

function readToken(token: JsonObject): NewToken {
  const special = token.special === true
  return {
    content: String(token.content),
    singleWord: token.single_word === true,
    stripLeft: token.lstrip === true,
    stripRight: token.rstrip === true,
    normalized: typeof token.normalized === 'boolean' ? token.normalized : !special,
    special,
  }
}

function isEqual(a: NewToken | undefined, b: NewToken): boolean {
  return (
    a !== undefined && (Object.keys(b) as (keyof NewToken)[]).every(name => a[name] === b[name])
  )
}
