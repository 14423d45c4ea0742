import { open, stat } from 'node:fs/promises'
import {
  parquetMetadataAsync,
  parquetReadObjects,
  type AsyncBuffer,
  type Compressors,
  type FileMetaData,
  type SchemaElement,
} from 'hyparquet'
import { compressors } from 'hyparquet-compressors'
import { UserError } from '../../errors.js'
import { isGzip, readBytes } from './bytes.js'
import { checkPages, type Column } from './parquet-pages.js'
import { behind, exactValues, TIME_PARSERS } from './parquet-values.js'
import type { RawRecord } from './raw-record.js'

/** Bytes of a row group, unpacked, in the columns that are read. pyarrow writes 64 to 128 MiB. */
const LARGEST_GROUP = 2 ** 30
const LARGEST_PAGE = 256 * 2 ** 20
const LARGEST_FOOTER = 64 * 2 ** 20
const MOST_COLUMNS = 1000
/**
 * Values of a column in a row group: a few bytes can claim any number of equal ones. pyarrow writes
 * at most 1,048,576 rows.
 */
const MOST_VALUES = 2 ** 24

/**
 * Reads the rows of a Parquet file, row group by row group; nulls, lists and structures included,
 * 64-bit integers, decimals, dates and times as text. The line of a record is its row. Every size
 * in the file is checked against the file before anything is allocated for it.
 *
 * @param mayUse whether a top-level column may be of use; where none is, all are read
 * @throws UserError for a file that is cut off or damaged, or whose sizes contradict each other
 */
export async function* parquetRecords(
  path: string,
  mayUse: (column: string) => boolean,
): AsyncGenerator<RawRecord> {
  const file = await asyncBuffer(path)
  const metadata = await understood(path, () => readMetadata(path, file))
  const names = await understood(path, () => Promise.resolve().then(() => topLevel(metadata)))
  const useful = names.filter(mayUse)
  const columns = useful.length > 0 ? useful : names
  const { metadata: exact, plainRow } = exactValues(metadata)
  let row = 0
  for (const group of metadata.row_groups) {
    const rows = Number(group.num_rows)
    // Writers leave out the pages of a group without rows, or give it any place
    if (rows === 0) continue
    await understood(path, () => checkGroup(path, file, metadata.schema, group, new Set(columns)))
    const values = await understood(path, () =>
      parquetReadObjects({
        file,
        metadata: exact,
        columns,
        rowStart: row,
        rowEnd: row + rows,
        compressors: bounded,
        utf8: true,
        parsers: TIME_PARSERS,
      }),
    )
    if (values.length !== rows)
      throw damaged(path, `a row group holds ${values.length} rows and says ${rows}`)
    for (const value of values) yield { line: ++row, value: plainRow(value) }
  }
}

/** Reads what is asked for and no more; a packed file is unpacked into memory. */
async function asyncBuffer(path: string): Promise<AsyncBuffer> {
  if (await isGzip(path)) {
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of readBytes(path)) {
      size += chunk.length
      if (size > LARGEST_PAGE)
        throw new UserError(
          path,
          `unpacks to more than ${LARGEST_PAGE / 2 ** 20} MiB`,
          'Unpack it first: Parquet is compressed within',
        )
      chunks.push(chunk)
    }
    const bytes = Uint8Array.from(Buffer.concat(chunks))
    return { byteLength: bytes.length, slice: (start, end) => bytes.buffer.slice(start, end) }
  }
  const { size } = await stat(path)
  return {
    byteLength: size,
    async slice(start, end = size) {
      const handle = await open(path)
      try {
        const bytes = new Uint8Array(Math.max(0, Math.min(end, size) - start))
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, start)
        return bytes.buffer.slice(0, bytesRead)
      } finally {
        await handle.close()
      }
    },
  }
}

async function readMetadata(path: string, file: AsyncBuffer): Promise<FileMetaData> {
  if (file.byteLength < 12) throw damaged(path, 'is cut off')
  const end = new DataView(await file.slice(file.byteLength - 8))
  const footer = end.getUint32(0, true)
  if (end.getUint32(4, true) !== 0x31524150)
    throw damaged(path, 'is cut off: it does not end as a Parquet file does')
  if (footer > file.byteLength - 12 || footer > LARGEST_FOOTER)
    throw damaged(path, `says that its footer has ${footer} bytes, of a file of ${file.byteLength}`)
  const metadata = await parquetMetadataAsync(file, { geoparquet: false })
  const rows = metadata.row_groups.reduce((sum, group) => sum + group.num_rows, 0n)
  if (metadata.row_groups.some(group => group.num_rows < 0n) || rows !== metadata.num_rows)
    throw damaged(path, `says that it has ${metadata.num_rows} rows, and its row groups ${rows}`)
  if (metadata.row_groups.some(group => group.columns.length > MOST_COLUMNS))
    throw new UserError(
      path,
      `has more than ${MOST_COLUMNS} columns`,
      'Keep the columns that hold questions and answers',
    )
  return metadata
}

function topLevel({ schema }: FileMetaData): string[] {
  const names: string[] = []
  for (let at = 1; at < schema.length; at = behind(schema, at)) names.push(schema[at]!.name)
  return names
}

const SMALLER_GROUPS = 'Write it again with smaller row groups (row_group_size=10000)'

/**
 * @throws UserError where a column chunk lies outside the file, or its pages hold more than it says
 */
async function checkGroup(
  path: string,
  file: AsyncBuffer,
  schema: readonly SchemaElement[],
  group: FileMetaData['row_groups'][number],
  columns: ReadonlySet<string>,
): Promise<void> {
  let total = 0
  for (const { meta_data: meta } of group.columns) {
    if (!meta) throw damaged(path, 'has a column without a description')
    if (!columns.has(meta.path_in_schema[0]!)) continue
    const name = meta.path_in_schema.join('.')
    const start = Number(meta.dictionary_page_offset || meta.data_page_offset)
    const packed = Number(meta.total_compressed_size)
    const unpacked = Number(meta.total_uncompressed_size)
    const flat = meta.path_in_schema.length === 1
    if (
      ![start, packed, unpacked].every(Number.isSafeInteger) ||
      start < 4 ||
      packed < 0 ||
      unpacked < 0 ||
      start + packed > file.byteLength - 8
    )
      throw damaged(path, `says that column ${name} is outside the file`)
    if (meta.num_values < 0n || (flat && meta.num_values !== group.num_rows))
      throw damaged(
        path,
        `says that column ${name} has ${meta.num_values} values in ${group.num_rows} rows`,
      )
    if (meta.num_values > MOST_VALUES)
      throw new UserError(
        path,
        `has ${meta.num_values} values of column ${name} in one row group`,
        SMALLER_GROUPS,
      )
    total += unpacked
    if (total > LARGEST_GROUP)
      throw new UserError(
        path,
        `has a row group that unpacks to more than ${LARGEST_GROUP / 2 ** 20} MiB`,
        SMALLER_GROUPS,
      )
    const limits = { values: Number(meta.num_values), unpacked, largest: LARGEST_PAGE }
    checkPages(
      new Uint8Array(await file.slice(start, start + packed)),
      limits,
      topLevelColumn(schema, meta),
      problem => damaged(path, `column ${name} ${problem}`),
    )
  }
}

/** @throws Error where the schema has no such column, or nobody can unpack it */
function topLevelColumn(
  schema: readonly SchemaElement[],
  {
    path_in_schema: path,
    type,
    codec,
  }: NonNullable<FileMetaData['row_groups'][number]['columns'][number]['meta_data']>,
): Column {
  const elements = alongPath(schema, path)
  const unpack = codec === 'UNCOMPRESSED' ? (bytes: Uint8Array) => bytes : bounded[codec]
  if (!unpack) throw new Error(`${codec} is not known`)
  return {
    maxRepetition: elements.filter(({ repetition_type: kind }) => kind === 'REPEATED').length,
    maxDefinition: elements.filter(({ repetition_type: kind }) => kind !== 'REQUIRED').length,
    boolean: type === 'BOOLEAN',
    unpack,
  }
}

/**
 * The elements of a schema, which lists a tree in depth-first order, from the root's child to a
 * column.
 */
function alongPath(schema: readonly SchemaElement[], path: readonly string[]): SchemaElement[] {
  let at = 0
  return path.map(name => {
    const children = schema[at]?.num_children ?? 0
    at += 1
    for (let i = 0; i < children && at < schema.length && schema[at]!.name !== name; i++)
      at = behind(schema, at)
    if (schema[at]?.name !== name) throw new Error(`the schema has no ${path.join('.')}`)
    return schema[at]!
  })
}

/** What a page says it unpacks to has been checked; here the codecs are held to it. */
const bounded: Compressors = Object.fromEntries(
  Object.entries(compressors).map(([name, unpack]) => [
    name,
    (input: Uint8Array, length: number) => {
      if (length > LARGEST_PAGE) throw new Error(`a page says that it unpacks to ${length} bytes`)
      // Of nothing but nulls; the codecs stumble over it
      if (length === 0) return new Uint8Array()
      return unpack(input, length)
    },
  ]),
)

async function understood<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof UserError) throw error
    // The reader trusts what it reads, and trips over what makes no sense
    const plain = error instanceof TypeError || error instanceof RangeError
    throw damaged(
      path,
      plain
        ? 'holds bytes that make no sense as Parquet'
        : `cannot be read: ${(error as Error).message}`,
    )
  }
}

function damaged(path: string, problem: string): UserError {
  return new UserError(path, problem, 'Fetch or write the file again: it is damaged')
}
