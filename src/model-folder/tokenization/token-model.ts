import * as library from '@huggingface/tokenizers'
import { isJsonObject, type JsonObject } from '../json-file.js'
import { Unigram } from './unigram.js'

/** Tokens of a vocabulary for the pieces of a text. */
export interface TokenModel {
  /** Ids by token. */
  readonly vocabulary: ReadonlyMap<string, number>
  readonly unknown: number | null
  tokenize(pieces: readonly string[]): number[]
}

interface LibraryModel {
  (pieces: readonly string[]): string[]
  readonly tokens_to_ids: Map<string, number>
  readonly unk_token_id: number | undefined
}

// The package's own declarations import without extensions, which Node's resolution does not find
const { BPE, WordPiece } = library as unknown as Record<
  'BPE' | 'WordPiece',
  new (config: JsonObject) => LibraryModel
>

/**
 * Builds the model of tokenizer.json.
 *
 * @param config `model`
 * @throws Error for a type or an option that isn't supported, by name
 */
export function buildTokenModel(config: JsonObject): TokenModel {
  switch (modelType(config)) {
    case 'BPE':
      refuseOptions(config)
      return libraryModel(new BPE(config))
    case 'WordPiece':
      return libraryModel(new WordPiece(config))
    case 'Unigram':
      return unigramModel(config)
    case 'WordLevel':
      return wordLevel(config)
    default:
      throw new Error(`the model ${JSON.stringify(config.type)} is not supported`)
  }
}

/** Files of old name no type. */
function modelType({ type, vocab, merges, ...options }: JsonObject): unknown {
  if (type !== undefined) return type
  if (Array.isArray(vocab)) return 'Unigram'
  if (merges !== undefined) return 'BPE'
  return 'continuing_subword_prefix' in options ? 'WordPiece' : 'WordLevel'
}

function refuseOptions({ dropout, continuing_subword_prefix: prefix }: JsonObject): void {
  if (typeof dropout === 'number' && dropout > 0)
    throw new Error(`dropout ${dropout} makes its tokens random; set it to null`)
  if (typeof prefix === 'string' && prefix !== '')
    throw new Error(`continuing_subword_prefix ${JSON.stringify(prefix)} is not supported`)
}

function libraryModel(model: LibraryModel): TokenModel {
  const { tokens_to_ids: vocabulary } = model
  const unknown = model.unk_token_id ?? null
  return {
    vocabulary,
    unknown,
    tokenize(pieces) {
      const ids: number[] = []
      // Piece by piece: unknown characters of two pieces are not one token
      for (const piece of pieces)
        for (const token of model([piece])) {
          const id = vocabulary.get(token) ?? unknown
          if (id !== null) ids.push(id)
        }
      return ids
    },
  }
}

function unigramModel(config: JsonObject): TokenModel {
  const vocabulary = config.vocab as readonly (readonly [string, number])[]
  const unknown = typeof config.unk_id === 'number' ? config.unk_id : null
  const unigram = new Unigram(vocabulary, unknown, config.byte_fallback === true)
  return {
    vocabulary: new Map(vocabulary.map(([token], id) => [token, id])),
    unknown,
    tokenize: pieces => pieces.flatMap(piece => unigram.tokenize(piece)),
  }
}

function wordLevel({ vocab, unk_token: unknownToken }: JsonObject): TokenModel {
  if (!isJsonObject(vocab)) throw new Error('has no vocabulary')
  const vocabulary = new Map(Object.entries(vocab) as [string, number][])
  const unknown = vocabulary.get(String(unknownToken)) ?? null
  return {
    vocabulary,
    unknown,
    tokenize: pieces =>
      pieces.map(piece => {
        const id = vocabulary.get(piece) ?? unknown
        if (id !== null) return id
        throw new Error(`${JSON.stringify(piece)} has no token, and no token for unknown words is`)
      }),
  }
}
