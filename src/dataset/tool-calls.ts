import type { Message, ToolCall } from '../model-folder/chat.js'
import { sourceJsonText, parseSourceJson } from '../model-folder/source-json.js'
import { isJsonObject, type JsonObject } from '../model-folder/json-file.js'

/**
 * The calls of tools in a message: OpenAI's `tool_calls` and its older `function_call`, and
 * ShareGPT's turns from `function_call`. Arguments stay as they are written: the chat template
 * decides whether it reads a structure or its JSON.
 *
 * @param content of the message: of a turn from `function_call` the call
 * @returns undefined where it calls none; why not, where a call cannot be read
 */
export function readToolCalls(
  message: JsonObject,
  content: unknown,
): readonly ToolCall[] | string | undefined {
  const name = message.role ?? message.from
  if (name === 'function_call' || name === 'tool_call')
    return all([typeof content === 'string' ? parsed(content) : content].flat())
  const calls: unknown =
    typeof message.tool_calls === 'string' && message.tool_calls.trim() !== ''
      ? parsed(message.tool_calls)
      : message.tool_calls
  if (typeof calls === 'string') return NOT_UNDERSTOOD
  if (Array.isArray(calls) && calls.length > 0) return all(calls)
  if (isJsonObject(message.function_call)) return all([message.function_call])
  return undefined
}

/** For a template that knows no tools: the calls as text, in the words of Hermes and Qwen. */
export function callsAsText({ content, tool_calls: calls = [] }: Message): string {
  const texts = calls.map(({ function: { name, arguments: args } }) => {
    const value = typeof args === 'string' ? parsed(args) : args
    return `<tool_call>\n${sourceJsonText({ name, arguments: value })}\n</tool_call>`
  })
  return [...(content === '' ? [] : [content]), ...texts].join('\n')
}

const NOT_UNDERSTOOD = 'a message calls a tool in a way that is not understood'

function all(calls: readonly unknown[]): readonly ToolCall[] | string {
  const read = calls.map(readToolCall)
  return read.includes(null) ? NOT_UNDERSTOOD : (read as ToolCall[])
}

function readToolCall(call: unknown): ToolCall | null {
  if (!isJsonObject(call)) return null
  if (isJsonObject(call.function)) {
    const { name, arguments: args, parameters, ...others } = call.function
    if (typeof name !== 'string') return null
    return {
      ...present(call),
      type: 'function',
      function: { name, arguments: args ?? parameters ?? {}, ...present(others) },
    }
  }
  const { name, arguments: args, parameters, id } = call
  if (typeof name !== 'string') return null
  return {
    ...(typeof id === 'string' ? { id } : {}),
    type: 'function',
    function: { name, arguments: args ?? parameters ?? {} },
  }
}

/** What a record has, without the nulls that stand for what it has not. */
function present(fields: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  )
}

function parsed(text: string): unknown {
  try {
    return parseSourceJson(text)
  } catch {
    return text
  }
}
