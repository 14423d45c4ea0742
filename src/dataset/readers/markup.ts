/** Elements of HTML that structure a text and hold no field of a record. */
const INLINE = ['b', 'i', 'u', 'em', 'strong', 'span', 'code', 'kbd', 'sub', 'sup', 'small', 'mark']
/** Those that begin and end a line. */
const BLOCKS = [
  'p',
  'div',
  'li',
  'ul',
  'ol',
  'pre',
  'blockquote',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
]
const BREAK = 'br'
const MARKUP: ReadonlySet<string> = new Set([...INLINE, ...BLOCKS, BREAK])

/** Marks a line break of the markup among those of the file. */
const LINE = '\u0000'

/**
 * What an element adds to the text of the one around it.
 *
 * @param content its own text, as `textContent` takes it
 */
export function contentInside(name: string, content: string): string {
  const lower = name.toLowerCase()
  if (lower === BREAK) return `${LINE}${content}`
  return BLOCKS.includes(lower) ? `${LINE}${content}${LINE}` : content
}

/** Whether an element's children are parts of one text, and no fields. */
export function isMarkup(children: readonly string[]): boolean {
  const names = children.map(name => name.toLowerCase())
  return names.every(name => MARKUP.has(name)) && names.some(name => name !== 'li')
}

/** The text of an element in document order, with the line breaks of its markup. */
export function textContent(content: string): string {
  if (!content.includes(LINE)) return content
  return content
    .split(LINE)
    .map(line => line.replace(/\s*\n\s*/g, ' ').trim())
    .filter(line => line !== '')
    .join('\n')
}
