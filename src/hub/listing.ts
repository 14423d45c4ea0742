import type { Reference } from './reference.js'
import type { HubSettings } from './settings.js'

/** A file of a repository. */
export interface HubFile {
  readonly path: string
  /** Bytes. */
  readonly size: number
  /** Of the whole content: `sha256`, or `git`, SHA-1 of git's object for it. */
  readonly checksum: { readonly kind: 'sha256' | 'git'; readonly hex: string }
  readonly url: string
}

/** A repository at one moment. */
export interface Listing {
  /** Identifies the content: a commit, or a checksum of the files. */
  readonly commit: string
  /** Whether `commit` is a revision on the hub. */
  readonly canPin: boolean
  readonly files: readonly HubFile[]
}

/**
 * Lists a repository's files. @param ask fetch with the token; throws UserErrors for refusals
 */
export type List = (
  reference: Reference,
  settings: HubSettings,
  ask: typeof fetch,
) => Promise<Listing>
