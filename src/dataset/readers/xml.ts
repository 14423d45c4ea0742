import { SaxesParser } from 'saxes'
import { UserError } from '../../errors.js'
import type { RawRecord } from './raw-record.js'
import { contentInside, isMarkup, textContent } from './markup.js'
import { readText } from './utf8.js'

/** Characters of a record. */
const LARGEST_RECORD = 16 * 2 ** 20
/**
 * Elements within each other: deeper is no data set, and would use up the stack of whoever walks
 * it.
 */
const DEEPEST = 64
/** Characters looked at to find which element is a record. */
const LOOKED_AT = 4 * 2 ** 20

/**
 * Reads the records of an XML file, streamed. A record is the outermost element that comes more
 * than once under one parent (`<rows><row>…</row><row>…</row></rows>`, however deep), or else the
 * innermost that holds more than one thing. Its attributes and its elements are its fields; an
 * element that comes several times is a list, and one with nothing but items, such as `<messages>`,
 * is the list of them.
 *
 * @throws UserError as readText; for XML that is not well-formed, with line and column; for
 *   entities that the file declares itself,
 *   which can unfold without bound; for a record of more than 16 MiB
 */
export async function* xmlRecords(path: string): AsyncGenerator<RawRecord> {
  const { depth, names } = await recordElement(path)
  let done: RawRecord[] = []
  let size = 0
  const open: Open[] = []
  let at = 0
  const push = (text: string): void => {
    const top = open.at(-1)
    if (!top) return
    size += text.length
    if (size > LARGEST_RECORD)
      throw new UserError(
        `${path}, line ${open[0]!.line}`,
        `a record has more than ${LARGEST_RECORD / 2 ** 20} MiB`,
        'Leave it out, or convert the file to JSONL',
      )
    top.text += text
    top.content += text
  }
  for await (const piece of parsed(path, {
    opened(name, attributes, line) {
      if (open.length > 0 || (at === depth && (names === null || names.has(name)))) {
        if (at === depth) size = 0
        open.push({
          name,
          line,
          text: '',
          content: '',
          fields: Object.entries(attributes),
          attributes: Object.keys(attributes).length,
        })
        size += name.length
      }
      at++
    },
    text: push,
    closed() {
      at--
      if (open.length === 0) return
      const element = open.pop()!
      const value = elementValue(element, open.length > 0)
      const around = open.at(-1)
      if (around) {
        around.fields.push([element.name, value])
        around.content += contentInside(element.name, element.content)
      } else
        done.push({
          line: element.line,
          value: typeof value === 'string' ? { [element.name]: value } : value,
        })
    },
  })) {
    void piece
    yield* done
    done = []
  }
}

interface Open {
  readonly name: string
  readonly line: number
  /** Its own text. */
  text: string
  /** Its text and that of the elements inside it, in document order. */
  content: string
  readonly fields: [string, unknown][]
  /** How many of the fields are attributes. */
  readonly attributes: number
}

interface Handlers {
  opened(name: string, attributes: Readonly<Record<string, string>>, line: number): void
  text(text: string): void
  closed(): void
}

/** Names without their namespace's prefix. */
const local = (name: string): string => name.slice(name.indexOf(':') + 1)

/** Drives the handlers, and yields between pieces of the file. */
async function* parsed(path: string, handlers: Handlers): AsyncGenerator<void> {
  const parser = new SaxesParser({ fileName: path })
  let at = 0
  let tagLine = 1
  let unreported = 0
  parser.on('error', error => {
    const place = /:(\d+):(\d+): (.*)$/s.exec(error.message)
    const entity = place?.[3] === 'undefined entity.'
    throw new UserError(
      place ? `${path}, line ${place[1]}` : path,
      place
        ? `malformed XML at column ${place[2]}: ` +
            (entity ? 'an entity that XML does not have' : place[3]!.replace(/\.$/, ''))
        : error.message,
      entity ? 'Write the character itself' : 'Mend the file there',
    )
  })
  parser.on('doctype', text => {
    if (/<!ENTITY/i.test(text))
      throw new UserError(
        path,
        'declares entities of its own, which are not read: ' +
          'they can unfold without bound, or name other files',
        'Write out what they stand for',
      )
  })
  parser.on('opentagstart', () => (tagLine = parser.line))
  parser.on('comment', () => (unreported = 0))
  parser.on('opentag', ({ name, attributes }) => {
    unreported = 0
    if (++at > DEEPEST)
      throw new UserError(
        `${path}, line ${tagLine}`,
        `has more than ${DEEPEST} elements within each other`,
        'Convert it to JSONL',
      )
    const named = Object.entries(attributes).filter(
      ([name]) => name !== 'xmlns' && !name.startsWith('xmlns:'),
    )
    handlers.opened(
      local(name),
      Object.fromEntries(named.map(([name, value]) => [local(name), value])),
      tagLine,
    )
  })
  parser.on('text', text => handlers.text(text))
  parser.on('cdata', text => handlers.text(text))
  parser.on('closetag', () => {
    at--
    unreported = 0
    handlers.closed()
  })
  for await (const text of readText(path)) {
    unreported += text.length
    // The parser keeps a text, a comment or an attribute until its end: that must stay small, too
    if (unreported > LARGEST_RECORD)
      throw new UserError(
        `${path}, line ${parser.line}`,
        `a text, comment or attribute has more than ${LARGEST_RECORD / 2 ** 20} MiB`,
        'Leave it out, or close what was opened there',
      )
    parser.write(text)
    yield
  }
  parser.close()
  yield
}

/** How many elements a record lies within, and what it may be called; null: anything. */
async function recordElement(
  path: string,
): Promise<{ readonly depth: number; readonly names: ReadonlySet<string> | null }> {
  const siblings: Set<string>[] = []
  const repeatedNames: Set<string>[] = []
  let within = 0
  const mostAt: number[] = []
  let repeated = Infinity
  let looked = 0
  const reader = parsed(path, {
    opened(name) {
      const around = (siblings[within] ??= new Set())
      if (around.has(name)) {
        repeated = Math.min(repeated, within)
        ;(repeatedNames[within] ??= new Set()).add(name)
      }
      around.add(name)
      within++
      siblings[within] = new Set()
      mostAt[within - 1] = Math.max(mostAt[within - 1] ?? 0, around.size)
    },
    text: text => void (looked += text.length),
    closed: () => void within--,
  })
  for await (const piece of reader) {
    void piece
    if (looked > LOOKED_AT && repeated < Infinity) break
  }
  if (repeated < Infinity) return { depth: repeated, names: repeatedNames[repeated]! }
  // Nothing is repeated: one record, which begins where elements stop being alone in their parent
  const several = mostAt.findIndex(count => count > 1)
  return { depth: Math.max(0, (several === -1 ? mostAt.length - 1 : several) - 1), names: null }
}

/**
 * Lists are recognized by their items, of one name, being several, or being called like the list.
 * Text with elements in it, such as `Go to <b>pier 2</b>`, is one text.
 *
 * @param inside it lies in a record, and is not the record itself
 */
function elementValue({ name, text, content, fields, attributes }: Open, inside: boolean): unknown {
  if (fields.length === 0) return text
  const children = fields.slice(attributes).map(([key]) => key)
  if (inside && children.length > 0 && (text.trim() !== '' || isMarkup(children))) {
    const joined = textContent(content)
    return attributes === 0
      ? joined
      : { ...Object.fromEntries(fields.slice(0, attributes)), content: joined }
  }
  const names = new Set(fields.map(([key]) => key))
  if (names.size === 1 && attributes === 0) {
    const [item] = names
    if (
      fields.length > 1 ||
      name === `${item}s` ||
      ['item', 'element', 'li', 'turn', 'message'].includes(item!)
    )
      return fields.map(([, value]) => value)
  }
  const entries: [string, unknown][] = [...names].map(key => {
    const values = fields.filter(([other]) => other === key).map(([, value]) => value)
    return [key, values.length === 1 ? values[0] : values]
  })
  // <message role="user">Hi</message>
  return Object.fromEntries(
    text.trim() === '' || names.has('content') ? entries : [...entries, ['content', text]],
  )
}
