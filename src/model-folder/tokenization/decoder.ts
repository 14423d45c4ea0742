import * as library from '@huggingface/tokenizers'
import { isJsonObject, type JsonObject } from '../json-file.js'
import { charactersToBytes } from './byte-characters.js'

/** Texts of tokens, which joined are the text. */
export type Decoder = (tokens: readonly string[]) => readonly string[]

interface LibraryDecoder {
  decode_chain(tokens: readonly string[]): string[]
}

/** Of the library, those that are exact. */
const { WordPieceDecoder, BPEDecoder, CTCDecoder, ReplaceDecoder, StripDecoder } =
  library as unknown as Record<string, new (config: JsonObject) => LibraryDecoder>

const LIBRARY: Readonly<Record<string, (new (config: JsonObject) => LibraryDecoder) | undefined>> =
  {
    WordPiece: WordPieceDecoder,
    BPEDecoder,
    CTC: CTCDecoder,
    Replace: ReplaceDecoder,
    Strip: StripDecoder,
  }

/**
 * Builds a decoder of tokenizer.json.
 *
 * Source: tokenizers, decoders/
 *
 * @param config `decoder`; null for none, which puts spaces between tokens
 * @throws Error for a type that isn't supported, by name
 */
export function buildDecoder(config: unknown): Decoder {
  if (!isJsonObject(config)) return tokens => [tokens.join(' ')]
  switch (config.type) {
    case 'Sequence': {
      const parts = (config.decoders as readonly unknown[]).map(buildDecoder)
      return tokens => parts.reduce((tokens, decode) => decode(tokens), tokens)
    }
    case 'ByteLevel':
      return tokens => [fromUtf8(Buffer.concat(tokens.map(charactersToBytes)))]
    case 'ByteFallback':
      return byteFallback
    case 'Fuse':
      return tokens => [tokens.join('')]
    case 'Metaspace':
      return metaspace(config)
    default: {
      const Known = typeof config.type === 'string' ? LIBRARY[config.type] : undefined
      if (!Known) throw new Error(`the decoder ${JSON.stringify(config.type)} is not supported`)
      const decoder = new Known(config)
      return tokens => decoder.decode_chain(tokens)
    }
  }
}

/** Invalid bytes become U+FFFD; U+FEFF is text as any other. */
function fromUtf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
}

/** A run of byte tokens that is not UTF-8 has one U+FFFD a byte. */
function byteFallback(tokens: readonly string[]): readonly string[] {
  const texts: string[] = []
  let bytes: number[] = []
  const flush = (): void => {
    if (bytes.length > 0) texts.push(...strictUtf8(Uint8Array.from(bytes)))
    bytes = []
  }
  for (const token of tokens) {
    const hex = /^<0x([0-9A-Fa-f]{2})>$/.exec(token)
    if (hex) bytes.push(parseInt(hex[1]!, 16))
    else {
      flush()
      texts.push(token)
    }
  }
  flush()
  return texts
}

function strictUtf8(bytes: Uint8Array): readonly string[] {
  try {
    return [new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)]
  } catch {
    return Array.from(bytes, () => '\ufffd')
  }
}

/** The marks of the first token stand for no space, unless none is put before a text. */
function metaspace(config: JsonObject): Decoder {
  const { replacement, add_prefix_space: prefixed } = config
  const mark = typeof replacement === 'string' ? replacement : '▁'
  const scheme = config.prepend_scheme ?? (prefixed === false ? 'never' : 'always')
  return tokens =>
    tokens.map((token, i) => token.replaceAll(mark, i === 0 && scheme !== 'never' ? '' : ' '))
}
