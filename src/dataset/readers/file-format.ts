import { extname } from 'node:path'
import { UserError } from '../../errors.js'
import { readHead } from './bytes.js'

export type FileFormat = 'json' | 'csv' | 'xml' | 'parquet' | 'text'

/** As people write them. */
export const FILE_FORMAT_NAMES: Readonly<Record<FileFormat, string>> = {
  json: 'JSON',
  csv: 'CSV',
  xml: 'XML',
  parquet: 'Parquet',
  text: 'plain text',
}

/** Endings that a folder is searched for; any of them may have .gz behind. */
export const DATA_ENDINGS = [
  '.jsonl',
  '.ndjson',
  '.jsonlines',
  '.json',
  '.csv',
  '.tsv',
  '.xml',
  '.parquet',
  '.txt',
  '.text',
]

const HEAD = 2 ** 16

/**
 * What a file holds. Its first bytes decide, and its name only where they leave it open: between
 * CSV and plain text.
 *
 * @throws UserError for what no data set is: archives, pictures, executables, HTML, UTF-16 text;
 *   and as readBytes
 */
export async function fileFormat(path: string): Promise<FileFormat> {
  const head = await readHead(path, HEAD)
  if (head.subarray(0, 4).toString('latin1') === 'PAR1') return 'parquet'
  refuseBinary(path, head)
  const text = head
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart()
  const ending = dataEnding(path)
  if (/^<(!doctype\s+html|html)\b/i.test(text))
    throw new UserError(
      path,
      'is an HTML page',
      'Download the data itself: this is a page about it, or an error message',
    )
  if (text.startsWith('{') || text.startsWith('['))
    return ending === '.csv' || ending === '.tsv' || isText(ending)
      ? openedAsJson(text, ending)
      : 'json'
  if (isText(ending)) return 'text'
  if (text.startsWith('<') && !isTable(ending)) return 'xml'
  if (ending === '.xml') return 'xml'
  return isTable(ending) || (!isJson(ending) && looksLikeTable(text)) ? 'csv' : 'json'
}

/** The ending that tells the format: that before .gz. */
export function dataEnding(path: string): string {
  return extname(path.toLowerCase().replace(/\.gz$/, ''))
}

const isText = (ending: string): boolean => ['.txt', '.text'].includes(ending)
const isTable = (ending: string): boolean => ['.csv', '.tsv'].includes(ending)
const isJson = (ending: string): boolean =>
  ['.json', '.jsonl', '.ndjson', '.jsonlines'].includes(ending)

/**
 * Text and tables may begin with a bracket: they are JSON only where the first line is a whole
 * object or list.
 */
function openedAsJson(text: string, ending: string): FileFormat {
  const first = text.split('\n', 1)[0]!
  try {
    JSON.parse(first)
    return 'json'
  } catch {
    return isText(ending) ? 'text' : 'csv'
  }
}

/**
 * Two lines or more, and the same separator in the first as a file without an ending would have it.
 */
function looksLikeTable(text: string): boolean {
  const [first = '', second = ''] = text.split('\n', 2)
  return [',', ';', '\t'].some(
    separator =>
      first.includes(separator) &&
      second.includes(separator) &&
      /^["\w \ufeff.-]+$/.test(first.split(separator)[0]!),
  )
}

/** What makes Parquet out of an Arrow file. */
const ARROW_REMEDY =
  'Save it as Parquet: python -c "import datasets; ' +
  "datasets.Dataset.from_file('FILE').to_parquet('train.parquet')\""

const MAGIC: readonly (readonly [readonly number[], string, string])[] = [
  [[0xff, 0xfe], 'is UTF-16', 'Save it as UTF-8'],
  [[0xfe, 0xff], 'is UTF-16', 'Save it as UTF-8'],
  [[0x1f, 0x8b], 'is compressed with gzip twice', 'Unpack it once'],
  [[0x28, 0xb5, 0x2f, 0xfd], 'is compressed with zstd', 'Unpack it first'],
  [[0x42, 0x5a, 0x68], 'is compressed with bzip2', 'Unpack it first'],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], 'is compressed with xz', 'Unpack it first'],
  [
    [0x50, 0x4b, 0x03, 0x04],
    'is a zip archive (a spreadsheet is one, too)',
    'Unpack it first, or save the sheet as CSV',
  ],
  [[0x25, 0x50, 0x44, 0x46], 'is a PDF', 'Save its questions and answers as JSONL or CSV'],
  [[0x41, 0x52, 0x52, 0x4f, 0x57, 0x31], 'is an Arrow file', ARROW_REMEDY],
  [[0xff, 0xff, 0xff, 0xff], 'is an Arrow stream, as datasets saves it', ARROW_REMEDY],
  [[0x53, 0x51, 0x4c, 0x69, 0x74, 0x65], 'is an SQLite database', 'Save the table as CSV'],
]

function refuseBinary(path: string, head: Buffer): void {
  const signature = MAGIC.find(([magic]) => magic.every((byte, i) => head[i] === byte))
  if (signature) throw new UserError(path, signature[1], signature[2].replace('FILE', path))
  const zero = head.indexOf(0)
  if (zero !== -1)
    throw new UserError(
      path,
      `is binary: byte ${zero} is 0, which no text has`,
      'Name a file of JSON, JSONL, CSV, XML, Parquet or plain text',
    )
}
