/** Encodings that text was saved in before UTF-8, with what Excel and iconv call them. */
const ENCODINGS = [
  { decoder: 'gb18030', name: 'GBK (GB18030)', iconv: 'GB18030', script: /\p{Script=Han}/gu },
  { decoder: 'big5', name: 'Big5', iconv: 'BIG5', script: /\p{Script=Han}/gu },
  {
    decoder: 'shift_jis',
    name: 'Shift-JIS',
    iconv: 'SHIFT_JIS',
    script: /[\p{Script=Hiragana}\p{Script=Katakana}]/gu,
  },
  { decoder: 'euc-kr', name: 'EUC-KR', iconv: 'EUC-KR', script: /\p{Script=Hangul}/gu },
  {
    decoder: 'windows-1251',
    name: 'Windows-1251',
    iconv: 'CP1251',
    script: /\p{Script=Cyrillic}{2,}/gu,
  },
  { decoder: 'windows-1252', name: 'Windows-1252', iconv: 'CP1252', script: /[à-ÿÀ-ß]/gu },
] as const

/** Encodings that are shown with what they would read. */
const SHOWN = 3
/** Characters of the text that is shown. */
const SAMPLE = 24

/** An encoding that bytes may have, and what the bytes are in it. */
export interface EncodingGuess {
  readonly name: string
  readonly iconv: string
  readonly sample: string
}

/**
 * The encodings that bytes may have which are not UTF-8, the likeliest first. Several old encodings
 * read most bytes as something, so none is certain: people see at the sample which one is right.
 *
 * @param at index of the first byte that is not UTF-8
 */
export function encodingGuesses(bytes: Uint8Array, at: number): readonly EncodingGuess[] {
  const lineStart = bytes.lastIndexOf(0x0a, at) + 1
  const lineEnd = bytes.indexOf(0x0a, at)
  const line = bytes.subarray(lineStart, lineEnd === -1 ? bytes.length : lineEnd)
  return ENCODINGS.flatMap(({ decoder, name, iconv, script }) => {
    const text = decoded(bytes, decoder)
    if (text === null) return []
    const high = [...text].filter(character => character > '\u007f').length
    const fitting = (text.match(script) ?? []).join('').length
    return [
      { name, iconv, sample: sampleAt(decoded(line, decoder) ?? text), share: fitting / high },
    ]
  })
    .filter(({ share }) => share > 0.5)
    .sort((a, b) => b.share - a.share)
    .slice(0, SHOWN)
    .map(({ name, iconv, sample }) => ({ name, iconv, sample }))
}

function decoded(bytes: Uint8Array, encoding: string): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

/** From a little before the first character beyond ASCII. */
function sampleAt(line: string): string {
  const first = line.search(/[^\u0000-\u007f]/)
  return line.slice(Math.max(0, first - 4), first + SAMPLE).trim()
}
