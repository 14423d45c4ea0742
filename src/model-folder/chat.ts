export type Role = 'system' | 'user' | 'assistant' | 'tool'

/** One turn of a conversation. */
export interface Message {
  readonly role: Role
  /** Empty where the source has none, as beside calls of tools. */
  readonly content: string
  /** The source has no content: templates see none either. */
  readonly noContent?: true
  readonly tool_calls?: readonly ToolCall[]
  /** Everything else that the source's message holds, such as `reasoning_content` or `name`. */
  readonly fields?: Readonly<Record<string, unknown>>
}

export interface ToolCall {
  readonly id?: string
  readonly type: 'function'
  readonly function: {
    readonly name: string
    /** As the source has them: a structure, or the JSON of one. */
    readonly arguments: unknown
    /** Further fields of the call. */
    readonly [field: string]: unknown
  }
  readonly [field: string]: unknown
}
