import type { FileMetaData, ParquetParsers, SchemaElement } from 'hyparquet'

/**
 * Dates and times as Python's isoformat writes them, with all their digits: a JavaScript Date ends
 * at milliseconds.
 */
export const TIME_PARSERS: Partial<ParquetParsers> = {
  timestampFromMilliseconds: value => timestamp(BigInt(value), 3),
  timestampFromMicroseconds: value => timestamp(BigInt(value), 6),
  timestampFromNanoseconds: value => timestamp(BigInt(value), 9),
  dateFromDays: value => day(BigInt(value)),
}

/** Makes a value of the reader plain, as JSON would have it. */
type Plain = (value: unknown) => unknown

interface ExactValues {
  /** The description of the file to read it by. */
  readonly metadata: FileMetaData
  /** Makes the rows read by it plain. */
  readonly plainRow: Plain
}

/**
 * Has decimals and times of day read exactly: 12.50 stays 12.50, and all of 38 digits stay. The
 * reader itself makes JavaScript numbers of them. Holds for columns and the members of structures;
 * a list of decimals gets the nearest numbers.
 */
export function exactValues(metadata: FileMetaData): ExactValues {
  const schema = [...metadata.schema]
  const columns = members(schema, 0, Object.fromEntries)
  return { metadata: { ...metadata, schema }, plainRow: columns.plain }
}

/** Values as JSON would have them. */
export function plain(value: unknown): unknown {
  if (typeof value === 'bigint')
    return Number.isSafeInteger(Number(value)) ? Number(value) : String(value)
  if (ArrayBuffer.isView(value)) return Array.from(value as Uint8Array)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return present(Object.entries(value).map(([key, inner]) => [key, plain(inner)]))
}

/**
 * Members of a structure. A column has one set of keys for all its rows: those that are null are
 * what other rows brought along.
 */
function present(entries: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  return Object.fromEntries(entries.filter(([, value]) => value !== null && value !== undefined))
}

interface Walked {
  /** The place after the element and all inside it. */
  readonly next: number
  readonly plain: Plain
}

/** What makes a structure plain. The schema lists a tree in depth-first order. */
function members(schema: SchemaElement[], at: number, build: typeof present = present): Walked {
  const exact = new Map<string, Plain>()
  let next = at + 1
  for (let i = 0; i < (schema[at]!.num_children ?? 0) && next < schema.length; i++) {
    const { name } = schema[next]!
    const member = walked(schema, next)
    exact.set(name, member.plain)
    next = member.next
  }
  return {
    next,
    plain: value =>
      typeof value !== 'object' || value === null
        ? value
        : build(
            Object.entries(value).map(([key, inner]) => [key, (exact.get(key) ?? plain)(inner)]),
          ),
  }
}

function walked(schema: SchemaElement[], at: number): Walked {
  const element = schema[at]!
  const { converted_type: type, logical_type: logical, repetition_type: repetition } = element
  if (repetition === 'REPEATED' || type === 'LIST' || type === 'MAP' || type === 'MAP_KEY_VALUE')
    return { next: behind(schema, at), plain }
  if ((element.num_children ?? 0) > 0) return members(schema, at)
  const read = leaf(element)
  if (read && logical?.type !== 'TIMESTAMP') {
    const { converted_type: _, logical_type: __, ...bare } = element
    schema[at] = bare
  }
  return { next: at + 1, plain: read ? value => (value == null ? value : read(value)) : plain }
}

/** The place after an element and all that it holds. A count that is a lie ends with the schema. */
export function behind(schema: readonly SchemaElement[], at: number): number {
  const children = schema[at]?.num_children ?? 0
  let next = at + 1
  for (let i = 0; i < children && next < schema.length; i++) next = behind(schema, next)
  return next
}

/** What reads a value of a column exactly; null if the reader itself does. */
function leaf(element: SchemaElement): Plain | null {
  const { type, converted_type: converted, logical_type: logical, scale = 0 } = element
  // Decimals of any length would be read as text
  if (converted === 'DECIMAL' && type !== 'BYTE_ARRAY')
    return value => decimal(integer(value), scale)
  if (converted === 'TIME_MILLIS') return value => clock(integer(value), 3)
  if (converted === 'TIME_MICROS') return value => clock(integer(value), 6)
  if (logical?.type === 'TIME')
    return value => clock(integer(value), { MILLIS: 3, MICROS: 6, NANOS: 9 }[logical.unit])
  if (logical?.type === 'TIMESTAMP' && logical.isAdjustedToUTC)
    return value => `${value as string}+00:00`
  return null
}

/** Of bytes: two's complement, the highest byte first. */
function integer(value: unknown): bigint {
  if (!(value instanceof Uint8Array)) return BigInt(value as number | bigint)
  const hex = Array.from(value, byte => byte.toString(16).padStart(2, '0')).join('')
  return BigInt.asIntN(value.length * 8, BigInt(`0x${hex || '0'}`))
}

function decimal(unscaled: bigint, scale: number): string {
  if (scale <= 0) return String(unscaled * 10n ** BigInt(-scale))
  const sign = unscaled < 0n ? '-' : ''
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0')
  return `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`
}

const DAY = 86_400n

/** @param digits of the fraction of a second: the value counts from 1970 in units of the last */
function timestamp(value: bigint, digits: number): string {
  const unit = 10n ** BigInt(digits)
  const perDay = DAY * unit
  const rest = ((value % perDay) + perDay) % perDay
  return `${day((value - rest) / perDay)}T${clock(rest, digits)}`
}

/** @param days since 1970-01-01 */
function day(days: bigint): string {
  return new Date(Number(days) * 86_400_000).toISOString().replace(/T.*$/, '')
}

/** @param digits of the fraction of a second: the value counts from midnight */
function clock(value: bigint, digits: number): string {
  const unit = 10n ** BigInt(digits)
  const seconds = value / unit
  const fraction = String(value % unit).padStart(digits, '0')
  const [hour, minute, second] = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n]
  const time = [hour, minute, second].map(part => String(part).padStart(2, '0')).join(':')
  return /^0*$/.test(fraction) ? time : `${time}.${shortFraction(fraction)}`
}

/** Python writes six digits, and pandas nine if they are needed. */
function shortFraction(digits: string): string {
  const micros = digits.padEnd(6, '0')
  return /^\d{6}0*$/.test(micros) ? micros.slice(0, 6) : micros
}
