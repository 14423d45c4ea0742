import { isJsonObject, type JsonObject } from '../json-file.js'
import { bytesToCharacters } from './byte-characters.js'
import { charsmapNormalizer } from './charsmap.js'
import { readPattern } from './split.js'
import { spaceEnd, spaceStart } from './white-space.js'

export type Normalizer = (text: string) => string

/**
 * Builds a normalizer of tokenizer.json.
 *
 * Source: tokenizers, normalizers/
 *
 * @param config `normalizer`; null for none
 * @throws Error for a type that isn't supported, by name
 */
export function buildNormalizer(config: unknown): Normalizer {
  if (!isJsonObject(config)) return text => text
  switch (config.type) {
    case 'Sequence': {
      const parts = (config.normalizers as readonly unknown[]).map(buildNormalizer)
      return text => parts.reduce((text, normalize) => normalize(text), text)
    }
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD': {
      const { type } = config
      return text => text.normalize(type)
    }
    case 'Lowercase':
      return lowercase
    case 'Strip': {
      const { strip_left: left, strip_right: right } = config
      return text => {
        const start = left === false ? 0 : spaceEnd(text, 0)
        return text.slice(start, right === false ? undefined : spaceStart(text, text.length, start))
      }
    }
    case 'StripAccents':
      return text => text.replace(/\p{M}/gu, '')
    case 'Nmt':
      return nmt
    case 'Prepend': {
      const prefix = String(config.prepend)
      return text => (text === '' ? text : prefix + text)
    }
    case 'Replace': {
      const pattern = readPattern(config.pattern)
      const content = String(config.content)
      return text => text.replace(pattern, () => content)
    }
    case 'ByteLevel':
      return bytesToCharacters
    case 'Precompiled':
      return typeof config.precompiled_charsmap === 'string'
        ? charsmapNormalizer(config.precompiled_charsmap)
        : text => text
    case 'BertNormalizer':
      return bertNormalizer(config)
    default:
      throw new Error(`the normalizer ${JSON.stringify(config.type)} is not supported`)
  }
}

/** Letter by letter: Σ at the end of a word is σ too. */
function lowercase(text: string): string {
  return Array.from(text, character => character.toLowerCase()).join('')
}

function nmt(text: string): string {
  return text
    .replace(/[\u0001-\u0008\u000b\u000e-\u001f\u007f\u008f\u009f]/g, '')
    .replace(/[\t\n\f\r\u1680\u200b-\u200f\u2028\u2029\u2581\ufeff\ufffd]/g, ' ')
}

const CHINESE = new RegExp(
  '[\\u4e00-\\u9fff\\u3400-\\u4dbf\\u{20000}-\\u{2a6df}\\u{2a700}-\\u{2b73f}' +
    '\\u{2b740}-\\u{2b81f}\\u{2b920}-\\u{2ceaf}\\uf900-\\ufaff\\u{2f800}-\\u{2fa1f}]',
  'gu',
)

function bertNormalizer(config: JsonObject): Normalizer {
  const { clean_text: clean, handle_chinese_chars: chinese, lowercase: lower } = config
  const strip = config.strip_accents ?? lower
  return text => {
    let normalized = text
    if (clean !== false)
      normalized = normalized
        .replace(/(?![\t\n\r])[\p{Cc}\p{Cf}\p{Co}\p{Cs}\ufffd]/gu, '')
        .replace(/\p{White_Space}/gu, ' ')
    if (chinese !== false) normalized = normalized.replace(CHINESE, ' $& ')
    if (strip === true) normalized = normalized.normalize('NFD').replace(/\p{Mn}/gu, '')
    return lower === false ? normalized : lowercase(normalized)
  }
}
