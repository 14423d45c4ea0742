import { analyse } from 'chardet'

/** An encoding that bytes may have, and what the bytes are in it. */
export interface EncodingGuess {
  /** As Excel and editors call it. */
  readonly name: string
  readonly iconv: string
  readonly sample: string
  /** Whether bytes of other encodings hardly ever look like it. */
  readonly isSure: boolean
}

/** Encodings whose usual name is not that of the detector, or that are read as a larger one. */
const NAMES: Readonly<Record<string, { readonly name: string; readonly iconv: string }>> = {
  GB18030: { name: 'GBK (GB18030)', iconv: 'GB18030' },
  Shift_JIS: { name: 'Shift-JIS', iconv: 'SHIFT_JIS' },
  'ISO-8859-1': { name: 'Windows-1252', iconv: 'CP1252' },
}

/** Encodings that are shown with what they would read. */
const SHOWN = 3
/** Bytes that the detector sees. */
const LOOKED_AT = 2 ** 16
/** Characters of the text that is shown. */
const SAMPLE = 24
/** The detector's confidence in percent, below which it guesses. */
const [POSSIBLE, SURE] = [15, 80]

/**
 * The encodings that bytes may have which are not UTF-8, the likeliest first. Several old encodings
 * read most bytes as something: people see at the sample which one is right.
 *
 * @param at index of the first byte that is not UTF-8
 */
export function encodingGuesses(bytes: Uint8Array, at: number): readonly EncodingGuess[] {
  const lineStart = bytes.lastIndexOf(0x0a, at) + 1
  const lineEnd = bytes.indexOf(0x0a, at)
  const line =
    lineEnd === -1 ? wholeCharacters(bytes.subarray(lineStart)) : bytes.subarray(lineStart, lineEnd)
  const guesses = new Map<string, EncodingGuess>()
  for (const { name: detected, confidence } of analyse(
    foreignWords(bytes.subarray(lineStart, lineStart + LOOKED_AT)),
  )) {
    const text = confidence < POSSIBLE ? null : decoded(line, detected)
    if (text === null) continue
    const windows = detected.replace(/^windows-/, 'Windows-')
    const { name, iconv } = NAMES[detected] ?? {
      name: windows,
      iconv: windows.replace('Windows-', 'CP'),
    }
    if (!guesses.has(name))
      guesses.set(name, { name, iconv, sample: sampleAt(text), isSure: confidence >= SURE })
  }
  const [first, ...others] = guesses.values()
  if (first) return first.isSure ? [first] : [first, ...others].slice(0, SHOWN)
  const text = decoded(line, 'windows-1252')
  // A word or two are too few for the detector; most are of a Western language
  return text === null
    ? []
    : [{ name: 'Windows-1252', iconv: 'CP1252', sample: sampleAt(text), isSure: false }]
}

/** Bytes up to the last that is no part of a longer character in any encoding, such as a comma. */
function wholeCharacters(bytes: Uint8Array): Uint8Array {
  const end = bytes.findLastIndex(byte => byte < 0x30) + 1
  return end === 0 ? bytes : bytes.subarray(0, end)
}

/**
 * The words with bytes beyond ASCII: keys and tags speak for a language that the text is not in.
 * No encoding has the bytes that part the words here inside a character.
 */
function foreignWords(bytes: Uint8Array): Uint8Array {
  const words = Buffer.from(bytes)
    .toString('latin1')
    .split(/[\u0000-/:-?]+/)
  return Buffer.from(words.filter(word => /[\u0080-\u00ff]/.test(word)).join(' '), 'latin1')
}

/** @returns null where the bytes are not of that encoding, or it is not known */
function decoded(bytes: Uint8Array, encoding: string): string | null {
  try {
    const isWestern = /^(ISO-8859-1|windows-1252)$/.test(encoding)
    const text = isWestern
      ? western(bytes)
      : new TextDecoder(encoding, { fatal: true }).decode(bytes)
    // No file of text has the control characters from 80 to 9F
    return /[\u0080-\u009f]/.test(text) ? null : text
  } catch {
    return null
  }
}

/** What Windows-1252 has from 80 to 9F; Node 20 decodes it as Latin-1, which has nothing there. */
const WESTERN = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ'

function western(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('latin1')
    .replace(/[\u0080-\u009f]/g, character => WESTERN[character.charCodeAt(0) - 0x80]!)
}

/** From a little before the first character beyond ASCII. */
function sampleAt(line: string): string {
  const first = line.search(/[^\u0000-\u007f]/)
  return line.slice(Math.max(0, first - 4), first + SAMPLE).trim()
}
