import { Readable } from 'node:stream'
import { CsvError, parse, type Info } from 'csv-parse'
import { UserError } from '../../errors.js'
import type { RawRecord } from './raw-record.js'
import { dataEnding } from './file-format.js'
import { readText } from './utf8.js'

/**
 * Characters of a row, quotes included. Three hundred times a long book chapter; more is a quote
 * that was never closed.
 */
const LONGEST_ROW = 16 * 2 ** 20
const MOST_COLUMNS = 1000
const SEPARATORS = [',', ';', '\t', '|'] as const

/**
 * Reads the rows of a CSV file as objects of text, streamed, as Python's csv does (RFC 4180; quoted
 * cells may hold line breaks; a quote inside a cell that does not begin with one is a character).
 * The separator is comma, semicolon, tab or bar, whichever the first line has most of, or what
 * Excel's `sep=;` says. The first row names the columns. Where quotes inside quoted cells have
 * backslashes before them instead of being doubled, so they are read. A row with more or fewer
 * cells, or with text behind a closing quote, is a problem of that row alone.
 *
 * @throws UserError as readText; if a quote is never closed, for a row of more than 16 MiB, and for
 *   more than 1,000 columns
 */
export async function* csvRecords(path: string): AsyncGenerator<RawRecord> {
  const pieces = readText(path)
  const { value: begin } = (await pieces.next()) as { value?: string }
  const { stated, text: first, skipped } = separatorLine(begin)
  if (first === undefined || first.trim() === '')
    throw new UserError(
      path,
      'has nothing but blank lines',
      'Name a file with at least two records',
    )
  const delimiter = stated ?? detectSeparator(path, first)
  const escape = hasBackslashedQuotes(first, delimiter) ? '\\' : '"'
  // Files that were put together have both; those of an old Macintosh have neither
  const lineEnds = first.includes('\n') ? { record_delimiter: ['\r\n', '\n'] } : {}
  const rows = Readable.from(withFirst(first, pieces)).pipe(
    parse({
      delimiter,
      ...lineEnds,
      bom: true,
      info: true,
      raw: true,
      relax_quotes: true,
      escape,
      max_record_size: LONGEST_ROW,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
    }),
  )
  let header: readonly string[] | undefined
  let end = 0
  try {
    for await (const { record, info, raw } of rows as AsyncIterable<Row>) {
      const line = info.lines - linesIn(record) + skipped
      if (header === undefined) header = readHeader(path, record)
      else if (hasStrayText(raw, delimiter, escape))
        yield { line, value: null, problem: 'a cell has text behind its closing quote' }
      else yield rowRecord(header, record, line)
      end = info.lines + skipped
    }
  } catch (error) {
    throw error instanceof CsvError ? explained(path, error, end + 1) : error
  }
}

interface Row {
  readonly record: string[]
  readonly info: Info
  /** Its text in the file. */
  readonly raw: string
}

/** The line by which Excel is told the separator: `sep=;`. */
function separatorLine(text = ''): {
  readonly stated?: string
  readonly text: string
  readonly skipped: number
} {
  const match = /^\ufeff?"?sep=(.)"?(\r\n|\n|\r)/i.exec(text)
  return match
    ? { stated: match[1]!, text: text.slice(match[0].length), skipped: 1 }
    : { text, skipped: 0 }
}

/** Quoted cells in which backslashes stand before quotes, and no quote is doubled. */
function hasBackslashedQuotes(text: string, delimiter: string): boolean {
  const doubled = /[^,;|\t\r\n]""[^,;|\t\r\n]/.test(text)
  const after = new Set([delimiter, '\r', '\n', undefined])
  const escapes = [...text.matchAll(/\\"/g)]
  return !doubled && escapes.some(({ index }) => !after.has(text[index + 2]))
}

/** A quoted cell that goes on behind its closing quote: quotes that do not pair. */
function hasStrayText(raw: string, delimiter: string, escape: string): boolean {
  if (!raw.includes('"')) return false
  const row = raw.replace(/[\r\n]+$/, '')
  for (let at = 0; at < row.length;) {
    if (row[at] === '"') {
      at = closingQuote(row, at + 1, escape) + 1
      if (at < row.length && row[at] !== delimiter) return true
    } else {
      const next = row.indexOf(delimiter, at)
      at = next === -1 ? row.length : next
    }
    at++
  }
  return false
}

/** Where the quote is that closes a cell; the end of the row if none does. */
function closingQuote(row: string, from: number, escape: string): number {
  for (let at = from; at < row.length; at++) {
    if (escape === '\\' && row[at] === '\\') at++
    else if (row[at] === '"') {
      if (escape !== '"' || row[at + 1] !== '"') return at
      at++
    }
  }
  return row.length
}

function linesIn(record: readonly string[]): number {
  return record.reduce(
    (sum, cell) => sum + (cell.includes('\n') ? cell.split('\n').length - 1 : 0),
    0,
  )
}

async function* withFirst(first: string, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  yield first
  yield* rest
}

/** The separator that the first line has most of outside quotes. */
function detectSeparator(path: string, text: string): string {
  if (dataEnding(path) === '.tsv') return '\t'
  const line =
    text
      .replace(/"(?:[^"]|"")*"/g, '')
      .split(/\r?\n/)
      .find(line => line.trim() !== '') ?? ''
  const count = (separator: string): number => line.split(separator).length
  const best = SEPARATORS.reduce((best, next) => (count(next) > count(best) ? next : best))
  if (count(best) > MOST_COLUMNS) throw tooManyColumns(path, count(best))
  return best
}

/** Said of the first 1 MiB of a line alone: the count may be more. */
function tooManyColumns(path: string, count: number): UserError {
  return new UserError(
    path,
    `has ${count} columns or more`,
    `Keep the columns that hold questions and answers: at most ${MOST_COLUMNS} are read`,
  )
}

function readHeader(path: string, cells: readonly string[]): string[] {
  if (cells.length > MOST_COLUMNS) throw tooManyColumns(path, cells.length)
  const names = cells.map(cell => cell.trim())
  const twice = names.find((name, i) => name !== '' && names.indexOf(name) !== i)
  if (twice !== undefined)
    throw new UserError(
      `${path}, line 1`,
      `names the column ${JSON.stringify(twice)} twice`,
      'Give each column a name of its own: the first row names the columns',
    )
  return names
}

function rowRecord(header: readonly string[], cells: readonly string[], line: number): RawRecord {
  const value = Object.fromEntries(
    cells.slice(0, header.length).map((cell, i) => [header[i]!, cell]),
  )
  if (cells.length === header.length) return { line, value }
  return {
    line,
    value,
    problem: `the row has ${cells.length} cells where there are ${header.length} columns`,
  }
}

/** @param row line on which the row begins that the reader stopped in */
function explained(path: string, error: CsvError, row: number): UserError {
  const line = typeof error.lines === 'number' ? `, line ${error.lines}` : ''
  switch (error.code) {
    case 'CSV_MAX_RECORD_SIZE':
      return new UserError(
        `${path}, line ${row}`,
        `a row has more than ${LONGEST_ROW / 2 ** 20} MiB`,
        'Close the quote that opens there, or leave that row out',
      )
    case 'CSV_QUOTE_NOT_CLOSED':
      return new UserError(
        `${path}, line ${row}`,
        'a quote that opens there is never closed',
        'Close it; a quote inside a cell is written twice: ""',
      )
    default:
      return new UserError(`${path}${line}`, `is not CSV: ${error.message}`, 'Mend that row')
  }
}
