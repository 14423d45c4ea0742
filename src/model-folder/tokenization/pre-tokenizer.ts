import { isJsonObject, type JsonObject } from '../json-file.js'
import { bytesToCharacters } from './byte-characters.js'
import { readPattern, split, type SplitBehavior } from './split.js'

/** @param isFirst whether the text begins where the text that is tokenized does */
export type PreTokenizer = (text: string, isFirst: boolean) => readonly string[]

const WHITE_SPACE = /\p{White_Space}/gu
const NUMBER = /\p{N}/gu
const PUNCTUATION = /[\p{P}!-/:-@[-`{-~]/gu
const LETTERS = '\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\u200c\\u200d'
const WORDS = new RegExp(`[${LETTERS}]+|[^${LETTERS}\\p{White_Space}]+`, 'gu')
const GPT2 = new RegExp(
  "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\p{White_Space}\\p{L}\\p{N}]+|" +
    '\\p{White_Space}+(?!\\P{White_Space})|\\p{White_Space}+',
  'gu',
)

const BEHAVIORS: readonly string[] = [
  'Removed',
  'Isolated',
  'MergedWithPrevious',
  'MergedWithNext',
  'Contiguous',
] satisfies SplitBehavior[]

/**
 * Builds a pre-tokenizer of tokenizer.json.
 *
 * Source: tokenizers, pre_tokenizers/
 *
 * @param config `pre_tokenizer`; null for none
 * @throws Error for a type that isn't supported, by name
 */
export function buildPreTokenizer(config: unknown): PreTokenizer {
  if (!isJsonObject(config)) return text => [text]
  switch (config.type) {
    case 'Sequence':
      return sequence((config.pretokenizers as readonly unknown[]).map(buildPreTokenizer))
    case 'Whitespace':
      return text => split(text, WORDS, 'Removed', true)
    case 'WhitespaceSplit':
      return text => split(text, WHITE_SPACE, 'Removed')
    case 'BertPreTokenizer':
      return text =>
        split(text, WHITE_SPACE, 'Removed').flatMap(word => split(word, PUNCTUATION, 'Isolated'))
    case 'Punctuation': {
      const behavior = readBehavior(config.behavior ?? 'Isolated')
      return text => split(text, PUNCTUATION, behavior)
    }
    case 'Digits': {
      const behavior = config.individual_digits === true ? 'Isolated' : 'Contiguous'
      return text => split(text, NUMBER, behavior)
    }
    case 'CharDelimiterSplit': {
      const pattern = readPattern({ String: String(config.delimiter) })
      return text => split(text, pattern, 'Removed')
    }
    case 'Split': {
      const pattern = readPattern(config.pattern)
      const behavior = readBehavior(config.behavior)
      return text => split(text, pattern, behavior, config.invert === true)
    }
    case 'FixedLength':
      return fixedLength(Number(config.length ?? 5))
    case 'Metaspace':
      return metaspace(config)
    case 'ByteLevel':
      return byteLevel(config)
    default:
      throw new Error(`the pre-tokenizer ${JSON.stringify(config.type)} is not supported`)
  }
}

function sequence(parts: readonly PreTokenizer[]): PreTokenizer {
  return (text, isFirst) =>
    parts.reduce<readonly string[]>(
      (pieces, tokenize) => pieces.flatMap((piece, i) => tokenize(piece, isFirst && i === 0)),
      [text],
    )
}

function readBehavior(behavior: unknown): SplitBehavior {
  if (typeof behavior === 'string' && BEHAVIORS.includes(behavior)) return behavior as SplitBehavior
  throw new Error(`the behavior ${JSON.stringify(behavior)} of a split is not supported`)
}

function fixedLength(length: number): PreTokenizer {
  return text => {
    const characters = Array.from(text)
    return Array.from({ length: Math.ceil(characters.length / length) }, (_, i) =>
      characters.slice(i * length, (i + 1) * length).join(''),
    )
  }
}

/** Spaces become `replacement`, and one is put before a text. Files of old have no scheme. */
function metaspace(config: JsonObject): PreTokenizer {
  const { replacement, add_prefix_space: prefixed, split: splits } = config
  const mark = typeof replacement === 'string' ? replacement : '▁'
  const scheme = config.prepend_scheme ?? (prefixed === false ? 'never' : 'always')
  const pattern = readPattern({ String: mark })
  return (text, isFirst) => {
    const marked = text.replaceAll(' ', mark)
    const isPrefixed = scheme === 'always' || (scheme === 'first' && isFirst)
    const prefixedText = isPrefixed && !marked.startsWith(mark) ? mark + marked : marked
    return splits === false ? [prefixedText] : split(prefixedText, pattern, 'MergedWithNext')
  }
}

function byteLevel({ add_prefix_space: prefixed, use_regex: splits }: JsonObject): PreTokenizer {
  return text => {
    const prefixedText = prefixed === true && !text.startsWith(' ') ? ` ${text}` : text
    const pieces = splits === false ? [prefixedText] : split(prefixedText, GPT2, 'Isolated')
    return pieces.map(bytesToCharacters)
  }
}
