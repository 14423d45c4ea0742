/** A grapheme of more bytes is normalized character by character. */
const MAX_GRAPHEME_BYTES = 6

/**
 * SentencePiece's compiled normalization rules: a double-array trie of byte sequences, whose values
 * are places in a block of texts that end with a zero byte.
 *
 *     array   units of the trie, uint32
 *     texts   what the sequences become
 *
 * Source: sentencepiece, normalizer.cc; tokenizers, normalizers/precompiled.rs; the unit's bits:
 * darts-clone, darts.h
 *
 * @param base64 `precompiled_charsmap` of tokenizer.json
 * @throws Error where it is cut off
 */
export function charsmapNormalizer(base64: string): (text: string) => string {
  const bytes = Buffer.from(base64, 'base64')
  const trieBytes = bytes.length >= 4 ? bytes.readUInt32LE(0) : NaN
  if (!(trieBytes % 4 === 0 && 4 + trieBytes <= bytes.length))
    throw new Error('precompiled_charsmap is cut off')
  const array = Uint32Array.from({ length: trieBytes / 4 }, (_, i) => bytes.readUInt32LE(4 + 4 * i))
  const texts = bytes.subarray(4 + trieBytes)
  const segmenter = new Intl.Segmenter('und', { granularity: 'grapheme' })
  // What a sequence becomes; null if no rule fits
  const replacement = (sequence: string): string | null => {
    const start = shortestValue(array, Buffer.from(sequence))
    if (start === null) return null
    const end = texts.indexOf(0, start)
    return texts.toString('utf8', start, end < 0 ? texts.length : end)
  }
  const cached = new Map<string, string>()
  const normalizeGrapheme = (grapheme: string): string => {
    const before = cached.get(grapheme)
    if (before !== undefined) return before
    const replaced = Buffer.byteLength(grapheme) < MAX_GRAPHEME_BYTES ? replacement(grapheme) : null
    const after =
      replaced ?? Array.from(grapheme, character => replacement(character) ?? character).join('')
    cached.set(grapheme, after)
    return after
  }
  return text =>
    Array.from(segmenter.segment(text), part => normalizeGrapheme(part.segment)).join('')
}

/** The value of the shortest prefix of `key` that is in the trie. */
function shortestValue(array: Uint32Array, key: Uint8Array): number | null {
  if (array.length === 0) return null
  let place = offset(array[0]!)
  for (const byte of key) {
    if (byte === 0) return null
    place ^= byte
    const unit = array[place]
    if (unit === undefined || (unit & 0x800000ff) >>> 0 !== byte) return null
    place ^= offset(unit)
    if (unit & 0x100) return (array[place] ?? 0) & 0x7fffffff
  }
  return null
}

function offset(unit: number): number {
  return ((unit >>> 10) << ((unit & 0x200) >>> 6)) >>> 0
}
