import type { Message, Role } from '../model-folder/chat.js'

/**
 * A turn, and whether the loss counts it: only answers do, and not those that the data marks as
 * only read.
 */
export interface Turn extends Message {
  readonly inLoss: boolean
}

export type Conversation = readonly Turn[]

export const ROLES: Readonly<Record<string, Role>> = {
  system: 'system',
  developer: 'system',
  user: 'user',
  human: 'user',
  prompter: 'user',
  assistant: 'assistant',
  gpt: 'assistant',
  model: 'assistant',
  bot: 'assistant',
  chatgpt: 'assistant',
  function_call: 'assistant',
  tool_call: 'assistant',
  tool: 'tool',
  function: 'tool',
  observation: 'tool',
  function_response: 'tool',
  tool_response: 'tool',
  系统: 'system',
  系統: 'system',
  用户: 'user',
  用戶: 'user',
  使用者: 'user',
  ユーザー: 'user',
  사용자: 'user',
  助手: 'assistant',
  アシスタント: 'assistant',
  어시스턴트: 'assistant',
}

/** The role of a name in a data set, whatever its case; undefined for any other. */
export function roleNamed(name: unknown): Role | undefined {
  if (typeof name !== 'string') return undefined
  const plain = name.trim().toLowerCase()
  return Object.hasOwn(ROLES, plain) ? ROLES[plain] : undefined
}

/** A turn with its loss as the role has it. */
export function turn(role: Role, content: string, inLoss = role === 'assistant'): Turn {
  return { role, content, inLoss }
}
