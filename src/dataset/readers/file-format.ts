import { extname } from 'node:path'
import { UserError } from '../../errors.js'
import { placeholder } from '../../util/placeholder.js'
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
  const other = placeholder(text)
  if (other) throw new UserError(path, other.problem, other.remedy)
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

/** Whether a file's name says that it holds JSON. */
export function isJsonName(path: string): boolean {
  return isJson(dataEnding(path))
}

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

/** What makes Parquet out of an Arrow stream. */
const ARROW_REMEDY =
  'Save it as Parquet: python -c "import datasets; ' +
  "datasets.Dataset.from_file('FILE').to_parquet('train.parquet')\""

const UNPACK = 'Unpack it first'
const AS_TABLE = 'Save the table as Parquet, CSV or JSONL'
const AS_UTF8 = 'Save it as UTF-8 (Excel: Save as, type "CSV UTF-8")'
const PANDAS_REMEDY =
  'Save it as Parquet: python -c "import pandas; ' +
  "pandas.READ('FILE').to_parquet('train.parquet')\""

/** What a file is that begins with these bytes, and the remedy. */
const MAGIC: readonly (readonly [start: string, problem: string, remedy: string])[] = [
  ['\xff\xfe\x00\x00', 'is UTF-32', AS_UTF8],
  ['\x00\x00\xfe\xff', 'is UTF-32', AS_UTF8],
  ['\xff\xfe', 'is UTF-16', AS_UTF8],
  ['\xfe\xff', 'is UTF-16', AS_UTF8],
  ['\x1f\x8b', 'is compressed with gzip twice', 'Unpack it once'],
  ['\x28\xb5\x2f\xfd', 'is compressed with zstd', UNPACK],
  ['BZh', 'is compressed with bzip2', UNPACK],
  ['\xfd7zXZ', 'is compressed with xz', UNPACK],
  ['7z\xbc\xaf\x27\x1c', 'is a 7z archive', UNPACK],
  ['Rar!\x1a\x07', 'is a RAR archive', UNPACK],
  [
    'PK\x03\x04',
    'is a zip archive (a spreadsheet is one, too)',
    'Unpack it first, or save the sheet as CSV',
  ],
  ['\xd0\xcf\x11\xe0', 'is a document of an old Office', 'Save the sheet as CSV'],
  ['%PDF', 'is a PDF', 'Save its questions and answers as JSONL or CSV'],
  ['ARROW1', 'is an Arrow file', PANDAS_REMEDY.replace('READ', 'read_feather')],
  ['FEA1', 'is a Feather file', PANDAS_REMEDY.replace('READ', 'read_feather')],
  ['\xff\xff\xff\xff', 'is an Arrow stream, as datasets saves it', ARROW_REMEDY],
  ['SQLite', 'is an SQLite database', AS_TABLE],
  ['ORC', 'is an ORC file', PANDAS_REMEDY.replace('READ', 'read_orc')],
  ['Obj\x01', 'is an Avro file', AS_TABLE],
  ['\x89HDF', 'is an HDF5 file', PANDAS_REMEDY.replace('READ', 'read_hdf')],
  ['\x93NUMPY', 'is a NumPy array', AS_TABLE],
  ['PARE', 'is an encrypted Parquet file', 'Write it again without encryption'],
]
/** Pickle, from protocol 2 on. */
const PICKLE = /^\x80[\x02-\x05]/
/** A tar archive has its mark behind the first entry's name. */
const TAR = { at: 257, mark: 'ustar' }
/** Escapes by which ISO-2022 changes its character set. */
const ISO_2022 = /\x1b(\$[@AB(]|\([BJ])/

function refuseBinary(path: string, head: Buffer): void {
  const bytes = head.toString('latin1')
  const refuse = (problem: string, remedy: string): never => {
    throw new UserError(path, problem, remedy.replace('FILE', path))
  }
  const signature = MAGIC.find(([start]) => bytes.startsWith(start))
  if (signature) refuse(signature[1], signature[2])
  if (PICKLE.test(bytes)) refuse('is a Python pickle', PANDAS_REMEDY.replace('READ', 'read_pickle'))
  if (bytes.startsWith(TAR.mark, TAR.at)) refuse('is a tar archive', UNPACK)
  const wide = wideEncoding(head)
  if (wide !== null) refuse(`is ${wide} without a byte order mark`, AS_UTF8)
  if (ISO_2022.test(bytes))
    refuse('is ISO-2022, an encoding of 7 bits for Japanese, Korean or Chinese', AS_UTF8)
  const zero = head.indexOf(0)
  if (zero !== -1)
    refuse(
      `is binary: byte ${zero} is 0, which no text has`,
      'Name a file of JSON, JSONL, CSV, XML, Parquet or plain text',
    )
}

/** UTF-16 and UTF-32 by where the zero bytes of ASCII characters, line breaks at least, stand. */
function wideEncoding(head: Buffer): string | null {
  const zeros = [0, 0, 0, 0]
  for (let at = 0; at < head.length; at++) if (head[at] === 0) zeros[at % 4]!++
  const quarter = head.length / 4
  const isFull = (place: number): boolean => zeros[place]! > quarter * 0.9
  if (isFull(3) && zeros[0] === 0) return 'UTF-32LE'
  if (isFull(0) && zeros[3] === 0) return 'UTF-32BE'
  const [even, odd] = [zeros[0]! + zeros[2]!, zeros[1]! + zeros[3]!]
  const least = head.length / 50
  if (odd > least && even === 0) return 'UTF-16LE'
  if (even > least && odd === 0) return 'UTF-16BE'
  return null
}
