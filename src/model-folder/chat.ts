export type Role = 'system' | 'user' | 'assistant' | 'tool'

/** One turn of a conversation. Fields of tools have the names that chat templates ask for. */
export interface Message {
  readonly role: Role
  readonly content: string
  readonly tool_calls?: readonly ToolCall[]
  /** Which tool a tool's message is of. */
  readonly name?: string
  readonly tool_call_id?: string
}

export interface ToolCall {
  readonly id?: string
  readonly type: 'function'
  readonly function: { readonly name: string; readonly arguments: unknown }
}
