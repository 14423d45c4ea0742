export type Role = 'system' | 'user' | 'assistant' | 'tool'

/** One turn of a conversation. */
export interface Message {
  readonly role: Role
  readonly content: string
}
