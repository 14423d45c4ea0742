/**
 * Characters that change a terminal or the order of a text instead of showing something: controls
 * of C0 and C1 but tab and line break, separators of lines, and overrides of direction.
 */
const CONTROLS = new RegExp(
  '[\\u0000-\\u0008\\u000b-\\u001f\\u007f-\\u009f' +
    '\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069\\ufeff]',
  'g',
)

/** The color codes that the product itself writes. */
const COLORS = /\u001b\[(?:0|[1-9]|2[1-9]|3[0-9]|9[0-7])m/g

/**
 * A text from data, models or programs as a terminal may show it: controls appear as symbols, so
 * that no escape sequence works.
 *
 * @example visibleText('a\u001b]52;c;aGk=\u0007') // 'a␛]52;c;aGk=␇'
 */
export function visibleText(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(CONTROLS, symbol)
}

/** The same of a text that holds colors of the product, which stay. */
export function coloredText(text: string): string {
  let shown = ''
  let end = 0
  for (const color of text.matchAll(COLORS)) {
    shown += visibleText(text.slice(end, color.index)) + color[0]
    end = color.index + color[0].length
  }
  return shown + visibleText(text.slice(end))
}

/** JSON of which no character does anything to a terminal: it is the same value. */
export function inertJson(json: string): string {
  return json.replace(CONTROLS, sign =>
    sign === '\r' ? sign : `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Unicode has pictures of C0's controls; the others are written as their numbers. */
function symbol(sign: string): string {
  const code = sign.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return code === 0x7f ? '␡' : `\\u${code.toString(16).padStart(4, '0')}`
}
