import { parseSourceJson, SourceNumber } from '../model-folder/source-json.js'
import { isJsonObject } from '../model-folder/json-file.js'
import { parsePythonLiteral } from './python-literal.js'

/** Types that parts of a message's text have. */
const TEXT_PARTS = new Set(['text', 'input_text', 'output_text'])

/**
 * Text, a number or truth value as text, an XML element with attributes, or OpenAI's list of text
 * parts, which join; null for anything else.
 */
export function readText(value: unknown): string | null {
  if (typeof value === 'string') return value
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (value instanceof SourceNumber) return value.isFinite ? value.text : null
  if (isJsonObject(value) && typeof value.content === 'string' && !isMessage(value))
    return value.content
  if (!Array.isArray(value) || value.length === 0) return null
  const parts = value.map((part: unknown) => {
    if (!isJsonObject(part) || typeof part.text !== 'string') return null
    const isText =
      part.type === undefined ? value.length === 1 : TEXT_PARTS.has(part.type as string)
    return isText ? part.text : null
  })
  return parts.includes(null) ? null : parts.join('')
}

/**
 * Texts of which any one answers: a list of texts, or an object that holds them under `text` or
 * `value`, as in SQuAD and TriviaQA. Blank ones are left out; null for anything else.
 */
export function readAlternatives(value: unknown): readonly string[] | null {
  if (isJsonObject(value) && !isMessage(value))
    return [value.text, value.value].map(readAlternatives).find(texts => texts !== null) ?? null
  if (typeof value === 'string') return [value]
  if (!Array.isArray(value) || !value.every(item => typeof item === 'string')) return null
  return value.filter(text => text.trim() !== '')
}

/** Whether a value is a message of a conversation: it names who speaks. */
export function isMessage(value: unknown): boolean {
  return isJsonObject(value) && ('role' in value || 'from' in value)
}

/**
 * A list, or one written as JSON or as Python prints it, as formats without structure have it.
 * Numbers in it keep their spelling.
 */
export function readList(value: unknown): readonly unknown[] | null {
  if (Array.isArray(value)) return value
  if (typeof value !== 'string' || !/^\s*(\[|\(|array\()/.test(value)) return null
  const list = parsedJson(value) ?? parsePythonLiteral(value)
  return Array.isArray(list) ? list : null
}

function parsedJson(text: string): unknown {
  try {
    return parseSourceJson(text)
  } catch {
    return undefined
  }
}

/** A value that is no text, as a reason names it: `a list`, `a part of type "image_url"`. */
export function describe(value: unknown): string {
  if (value === undefined) return 'missing'
  if (value === null) return 'null'
  if (value instanceof SourceNumber) return value.text
  if (!Array.isArray(value)) return typeof value === 'object' ? 'an object' : `a ${typeof value}`
  const media = value.find(
    part => isJsonObject(part) && typeof part.type === 'string' && !TEXT_PARTS.has(part.type),
  ) as { readonly type: string } | undefined
  if (media) return `a list with a part of type ${JSON.stringify(media.type)}`
  return value.length > 1 && value.every(item => typeof item === 'string')
    ? `a list of ${value.length} texts`
    : 'a list'
}
