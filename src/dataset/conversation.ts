import type { Message, Role } from '../model-folder/chat.js'

/**
 * A turn, and whether the loss counts it: only answers do, and not those that the data marks with
 * weight 0.
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
}

/** A turn with its loss as the role has it. */
export function turn(role: Role, content: string, inLoss = role === 'assistant'): Turn {
  return { role, content, inLoss }
}
