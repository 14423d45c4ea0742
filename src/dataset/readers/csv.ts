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
 * Reads the rows of a CSV file (RFC 4180; comma, semicolon, tab or bar, whichever the first line
 * has most of; quoted cells may hold line breaks) as objects of text, streamed. The first row names
 * the columns. A row with more or fewer cells is a problem of that row alone.
 *
 * @throws UserError as readText; where a quote is never closed or stands inside a cell, for a row
 *   of more than 16 MiB, and for more than
 *   1,000 columns
 */
export async function* csvRecords(path: string): AsyncGenerator<RawRecord> {
  const pieces = readText(path)
  const { value: first } = (await pieces.next()) as { value?: string }
  if (first === undefined || first.trim() === '')
    throw new UserError(
      path,
      'has nothing but blank lines',
      'Name a file with at least two records',
    )
  const delimiter = detectSeparator(path, first)
  // Files that were put together have both; those of an old Macintosh have neither
  const lineEnds = first.includes('\n') ? { record_delimiter: ['\r\n', '\n'] } : {}
  const rows = Readable.from(withFirst(first, pieces)).pipe(
    parse({
      delimiter,
      ...lineEnds,
      bom: true,
      info: true,
      max_record_size: LONGEST_ROW,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_empty_values: true,
    }),
  )
  let header: readonly string[] | undefined
  let end = 0
  try {
    for await (const { record, info } of rows as AsyncIterable<{ record: string[]; info: Info }>) {
      if (header === undefined) header = readHeader(path, record)
      else yield rowRecord(header, record, info.lines - linesIn(record))
      end = info.lines
    }
  } catch (error) {
    throw error instanceof CsvError ? explained(path, error, end + 1) : error
  }
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
      'Give each column a name of its own',
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
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'INVALID_OPENING_QUOTE':
    case 'CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE':
      return new UserError(
        `${path}${line}`,
        'a quote stands inside a cell',
        'Put the cell in quotes and write each quote inside it twice: ""',
      )
    default:
      return new UserError(`${path}${line}`, `is not CSV: ${error.message}`, 'Mend that row')
  }
}
