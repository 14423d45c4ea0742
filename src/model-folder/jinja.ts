import { Environment, Interpreter, parse, tokenize } from '@huggingface/jinja'
import { SourceNumber, pythonNumber } from './source-json.js'

/** A value of the library's: its classes are not exported. */
interface RuntimeValue {
  readonly type: string
  value: unknown
  toString: () => string
}

/**
 * A Jinja template that writes values as Python does: `True`, `12.0`, `{'a': 1}`. Where Python
 * refuses to join a text and a structure it throws, and never writes `[object Map]`.
 */
export class JinjaTemplate {
  private readonly program: ReturnType<typeof parse>

  /** @throws Error where the source is no template */
  constructor(source: string) {
    this.program = parse(tokenize(source, { lstrip_blocks: true, trim_blocks: true }))
  }

  /** @throws Error in the template's words, or in the library's */
  render(variables: Readonly<Record<string, unknown>>): string {
    const environment = new Environment()
    for (const [name, value] of Object.entries(GLOBALS)) environment.set(name, value)
    const numbers: string[] = []
    for (const [name, value] of Object.entries(variables))
      asPython(environment.set(name, plainValue(value, numbers)) as RuntimeValue)
    const text = String(new Interpreter(environment).run(this.program).value)
    return text.replace(
      NUMBER,
      (_, quoted?: string, bare?: string) => numbers[Number(quoted ?? bare)]!,
    )
  }
}

const GLOBALS: Readonly<Record<string, unknown>> = {
  true: true,
  false: false,
  none: null,
  True: true,
  False: false,
  None: null,
  raise_exception: (message: string) => {
    throw new Error(message)
  },
  range,
  strftime_now: (format: string) => strftime(new Date(), format),
}

/** A number that the library would write otherwise, in JSON and beside text. */
const NUMBER = /"\\u0001(\d+)\\u0001"|\u0001(\d+)\u0001/g

/** The value with marks in place of numbers that JavaScript writes otherwise than Python. */
function plainValue(value: unknown, numbers: string[]): unknown {
  if (value instanceof SourceNumber || typeof value === 'number') {
    const text = pythonNumber(value)
    if (typeof value === 'number' && String(value) === text) return value
    numbers.push(text)
    return `\u0001${numbers.length - 1}\u0001`
  }
  if (typeof value === 'string')
    return value.includes('\u0001') ? value.replaceAll('\u0001', '') : value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(item => plainValue(item, numbers))
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, plainValue(member, numbers)]),
  )
}

/** Makes a value print itself as Python's str does, and its inside refuse to join a text. */
function asPython(value: RuntimeValue): void {
  if (value.type === 'BooleanValue') value.toString = () => pythonText(value)
  const inner = value.value
  if (Array.isArray(inner)) for (const item of inner as RuntimeValue[]) asPython(item)
  else if (inner instanceof Map) for (const item of inner.values()) asPython(item as RuntimeValue)
  else return
  value.toString = () => pythonText(value)
  const name = Array.isArray(inner) ? 'list' : 'dict'
  Object.defineProperty(inner, 'toString', {
    value: () => {
      throw new Error(`the template joins a text and a ${name}`)
    },
  })
}

function pythonText({ type, value }: RuntimeValue): string {
  if (Array.isArray(value)) return `[${(value as RuntimeValue[]).map(pythonText).join(', ')}]`
  if (value instanceof Map) {
    const members = [...(value as Map<string, RuntimeValue>)].map(
      ([key, member]) => `${quoted(key)}: ${pythonText(member)}`,
    )
    return `{${members.join(', ')}}`
  }
  if (type === 'BooleanValue') return value === true ? 'True' : 'False'
  if (value === null || value === undefined) return 'None'
  return typeof value === 'string' ? quoted(value) : pythonNumber(value as number)
}

/** Python's repr of a text. */
function quoted(text: string): string {
  if (/^\u0001\d+\u0001$/.test(text)) return text
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'"
  const escapes: Readonly<Record<string, string>> = {
    '\\': '\\\\',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    [quote]: `\\${quote}`,
  }
  return `${quote}${text.replace(/[\\\n\r\t'"]/g, sign => escapes[sign] ?? sign)}${quote}`
}

function range(...bounds: readonly number[]): number[] {
  const [start, stop, step = 1] = bounds.length === 1 ? [0, bounds[0]!] : (bounds as number[])
  if (step === 0) throw new Error('range() step must not be zero')
  const length = Math.max(0, Math.ceil((stop! - start!) / step))
  return Array.from({ length }, (_, index) => start! + index * step)
}

const MONTHS =
  'January February March April May June July August September October November December'.split(' ')

/** The directives that chat templates write dates with, in English as in Python's C locale. */
function strftime(date: Date, format: string): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  const month = MONTHS[date.getMonth()]!
  const parts: Readonly<Record<string, string>> = {
    '%Y': String(date.getFullYear()),
    '%m': two(date.getMonth() + 1),
    '%d': two(date.getDate()),
    '%b': month.slice(0, 3),
    '%B': month,
    '%H': two(date.getHours()),
    '%M': two(date.getMinutes()),
    '%S': two(date.getSeconds()),
    '%%': '%',
  }
  return format.replace(/%./g, directive => parts[directive] ?? directive)
}
