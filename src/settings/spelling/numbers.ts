const NUMBER = String.raw`[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`
const WHOLE = new RegExp(`^${NUMBER}$`)
/** A number that is not part of a word: the 7 of `x7` is none. */
const STANDING = new RegExp(String.raw`(?<![\w.])${NUMBER}(?![A-Za-z_])`, 'g')
const ANY = new RegExp(NUMBER, 'g')
const PAIR = new RegExp(
  String.raw`^(${NUMBER})(\s*(?:\.\.|~|->?|:|to)\s*|\s+\.\.\.\s+)(${NUMBER})$`,
)
const DOTS = new RegExp(String.raw`^(${NUMBER}?)\.\.\.(${NUMBER})$`)

/** Two numbers with a sign between them. */
export interface Pair {
  readonly low: string
  readonly high: string
  readonly sign: string
}

export function isNumber(text: string): boolean {
  return WHOLE.test(text.trim())
}

/** The numbers in a text that are not part of words. */
export function numbersIn(text: string): readonly string[] {
  return text.match(hasWords(text) ? STANDING : ANY) ?? []
}

/** Whether a text has letters besides the e of exponents. */
function hasWords(text: string): boolean {
  return /\p{L}/u.test(text.replace(ANY, ''))
}

/** `1..8`, `1 ~ 8`, `1-8`, `1 to 8`, `1:8`; null for any other text. */
export function pairIn(text: string): Pair | null {
  const [, low, sign, high] = PAIR.exec(text.trim()) ?? []
  return low === undefined ? null : { low, sign: sign!.trim(), high: high! }
}

/** `0...1`, which is 0 to 1 and 0 to .1. */
export function hasThreeDots(text: string): boolean {
  return DOTS.test(text.trim())
}

/** The text in ASCII: full-width digits, letters and signs, the ellipsis, dashes, 、 and 到. */
export function inAscii(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[\u2010-\u2015\u2212]/g, '-')
    .replace(/[\u301c\u223c]/g, '~')
    .replace(/[、﹐]/g, ',')
    .replace(/\s*[至到]\s*/g, ' to ')
    .replace(/[【「『〔]/g, '[')
    .replace(/[】」』〕]/g, ']')
    .replace(/[“”]/g, '"')
    .replace(/[‘’]/g, "'")
}
