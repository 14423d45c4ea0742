import { unreachable } from '../../errors.js'
import { csvRecords } from './csv.js'
import { fileFormat } from './file-format.js'
import { jsonRecords, type OnSetAside } from './json-records.js'
import { parquetRecords } from './parquet.js'
import type { RawRecord } from './raw-record.js'
import { textRecords } from './text.js'
import { xmlRecords } from './xml.js'

/**
 * Reads the records of a file in whatever format it has, streamed where the format allows.
 *
 * @param mayUse whether a column may be of use: of Parquet the others are not read
 * @param onSetAside is called with a list of records in the file that is not read
 * @throws UserError as fileFormat and the reader of the format
 */
export async function* readRecords(
  path: string,
  mayUse: (column: string) => boolean = () => true,
  onSetAside?: OnSetAside,
): AsyncGenerator<RawRecord> {
  const format = await fileFormat(path)
  switch (format) {
    case 'json':
      return yield* jsonRecords(path, onSetAside)
    case 'csv':
      return yield* csvRecords(path)
    case 'xml':
      return yield* xmlRecords(path)
    case 'parquet':
      return yield* parquetRecords(path, mayUse)
    case 'text':
      return yield* textRecords(path)
    default:
      return unreachable(format)
  }
}
