import type { RawRecord } from './raw-record.js'
import { readLines } from './lines.js'

/** Lines that are looked at to see whether blank lines part the texts. */
const LOOKED_AT = 1000

/**
 * Reads a file of plain text as records `{ text }`: paragraphs where blank lines part them, and
 * otherwise each line by itself.
 *
 * @throws UserError as readLines
 */
export async function* textRecords(path: string): AsyncGenerator<RawRecord> {
  const parted = await hasParagraphs(path)
  let paragraph: string[] = []
  let start = 1
  for await (const { number, text } of readLines(path)) {
    const blank = text.trim() === ''
    if (!blank && paragraph.length === 0) start = number
    if (!blank) paragraph.push(text)
    if (paragraph.length > 0 && (blank || !parted)) {
      yield { line: start, value: { text: paragraph.join('\n') } }
      paragraph = []
    }
  }
  if (paragraph.length > 0) yield { line: start, value: { text: paragraph.join('\n') } }
}

async function hasParagraphs(path: string): Promise<boolean> {
  let [said, blank] = [false, false]
  for await (const { number, text } of readLines(path)) {
    const empty = text.trim() === ''
    if (said && blank && !empty) return true
    if (!empty) said = true
    else if (said) blank = true
    if (number > LOOKED_AT) return false
  }
  return false
}
