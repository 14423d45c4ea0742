import type { Message, ToolCall } from '../model-folder/chat.js'
import { isJsonObject, type JsonObject } from '../model-folder/json-file.js'

/**
 * The calls of tools in a message: OpenAI's `tool_calls` and its older `function_call`, and
 * ShareGPT's turns from `function_call`. Arguments that are written as JSON are read, since chat
 * templates write them themselves.
 *
 * @param said what the message says: of a turn from `function_call` the call
 * @returns undefined where it calls none; why not, where a call cannot be read
 */
export function readToolCalls(
  message: JsonObject,
  said: unknown,
): readonly ToolCall[] | string | undefined {
  const name = message.role ?? message.from
  if (name === 'function_call' || name === 'tool_call')
    return all([typeof said === 'string' ? parsed(said) : said].flat())
  if (Array.isArray(message.tool_calls) && message.tool_calls.length > 0)
    return all(message.tool_calls)
  if (isJsonObject(message.function_call)) return all([message.function_call])
  return undefined
}

/** For a template that knows no tools: the calls as text, in the words of Hermes and Qwen. */
export function callsAsText({ content, tool_calls: calls = [] }: Message): string {
  const said = calls.map(
    ({ function: { name, arguments: args } }) =>
      `<tool_call>\n${JSON.stringify({ name, arguments: args })}\n</tool_call>`,
  )
  return [...(content === '' ? [] : [content]), ...said].join('\n')
}

function all(calls: readonly unknown[]): readonly ToolCall[] | string {
  const read = calls.map(readToolCall)
  return read.includes(null)
    ? 'a message calls a tool in a way that is not understood'
    : (read as ToolCall[])
}

function readToolCall(call: unknown): ToolCall | null {
  if (!isJsonObject(call)) return null
  const inner = isJsonObject(call.function) ? call.function : call
  if (typeof inner.name !== 'string') return null
  const args = inner.arguments ?? inner.parameters ?? {}
  const id = typeof call.id === 'string' ? { id: call.id } : {}
  return {
    ...id,
    type: 'function',
    function: { name: inner.name, arguments: typeof args === 'string' ? parsed(args) : args },
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
