import type { Message, ToolCall } from './chat.js'
import { sourceJsonText, parseSourceJson } from './source-json.js'
import { isJsonObject, type JsonObject } from './json-file.js'

/** A way to hand the arguments of tool calls, and what a template makes of it if it reads that. */
export interface ArgumentForm {
  /** `content` of a message without one: absent, as in transformers, or empty. */
  readonly emptyContent: boolean
  readonly convert: (args: unknown) => unknown
  /** False: the rendering has the arguments, but spoilt, such as JSON within JSON. */
  readonly accepts: (rendered: string) => boolean
}

/**
 * The forms to try in turn: as the source has the arguments, as transformers hands them on; then as
 * a structure or as JSON, whichever the source has not.
 */
export function argumentForms(messages: readonly Message[]): readonly ArgumentForm[] {
  const texts = messages
    .flatMap(({ tool_calls: calls = [] }) => calls.map(call => call.function.arguments))
    .filter(args => typeof args === 'string')
  const encodedTwice = texts.map(text => JSON.stringify(text))
  const once = (rendered: string): boolean => !encodedTwice.some(text => rendered.includes(text))
  const hasCalls = messages.some(({ tool_calls: calls }) => calls !== undefined)
  const source = { emptyContent: false, convert: (args: unknown) => args, accepts: once }
  if (!hasCalls && !messages.some(({ noContent }) => noContent)) return [source]
  const forms = [
    source,
    { emptyContent: false, convert: structure, accepts: anything },
    { emptyContent: false, convert: json, accepts: once },
  ]
  return [...forms, ...forms.map(form => ({ ...form, emptyContent: true }))]
}

/**
 * Messages as transformers 5 hands them to a template: whole, without what is null, and with
 * thoughts under each of their usual names.
 *
 * Source: transformers, utils/chat_template_utils.py: _normalize_chat_messages,
 * _alias_reasoning_fields
 */
export function templateMessages(
  messages: readonly Message[],
  { emptyContent, convert }: ArgumentForm,
): readonly JsonObject[] {
  return messages.map(({ role, content, noContent, fields, tool_calls: calls }) =>
    withThoughts({
      role,
      ...(noContent && !emptyContent ? {} : { content }),
      ...fields,
      ...(calls ? { tool_calls: calls.map(call => withArguments(call, convert)) } : {}),
    }),
  )
}

function withArguments(call: ToolCall, convert: ArgumentForm['convert']): ToolCall {
  const { arguments: args, ...others } = call.function
  return { ...call, function: { ...others, arguments: convert(args) } as ToolCall['function'] }
}

function withThoughts(message: JsonObject): JsonObject {
  const thought = ['reasoning_content', 'thinking', 'reasoning']
    .map(name => message[name])
    .find(value => value !== null && value !== undefined)
  return thought === undefined
    ? message
    : { thinking: thought, ...message, reasoning_content: thought }
}

function structure(args: unknown): unknown {
  if (typeof args !== 'string') return args
  try {
    const value = parseSourceJson(args)
    return isJsonObject(value) ? value : args
  } catch {
    return args
  }
}

function json(args: unknown): unknown {
  return typeof args === 'string' ? args : sourceJsonText(args, { python: true })
}

function anything(): boolean {
  return true
}
