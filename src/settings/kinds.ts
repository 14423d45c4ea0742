/**
 * The kinds of trial: the key by which a study.yaml is one of the kind, and the kind in the words
 * of an error, "does not apply to …". What else there is to a kind is in src/kinds.
 */
const KINDS = {
  finetune: { key: 'model', noun: 'a fine-tuning' },
  module: { key: 'module', noun: 'a module of your own' },
  command: { key: 'command', noun: 'a command of your own' },
  external: { key: 'external', noun: 'a study whose callers train' },
} as const

export type TrialKind = keyof typeof KINDS
/** A kind whose training the user brings: it has `parameters` where a fine-tuning has `space`. */
export type UserKind = Exclude<TrialKind, 'finetune'>

export const TRIAL_KINDS = Object.keys(KINDS) as readonly TrialKind[]
export const USER_KINDS = TRIAL_KINDS.filter((kind): kind is UserKind => kind !== 'finetune')

export const KIND_KEYS: Readonly<Record<TrialKind, string>> = column('key')
export const KIND_NOUNS: Readonly<Record<TrialKind, string>> = column('noun')

function column(field: 'key' | 'noun'): Readonly<Record<TrialKind, string>> {
  const entries = TRIAL_KINDS.map(kind => [kind, KINDS[kind][field]] as const)
  return Object.fromEntries(entries) as Record<TrialKind, string>
}
