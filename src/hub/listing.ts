import type { Reference } from './reference.js'
import type { HubSettings } from './settings.js'

/** A file as a hub has it. */
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
  /** Never means another content: a commit, or a sum over the files. */
  readonly commit: string
  /** Whether the hub knows the repository by `commit` too. */
  readonly canPin: boolean
  readonly files: readonly HubFile[]
}

/**
 * Asks a hub what a repository holds. @param ask fetch with the token and the refusals said as
 * UserErrors
 */
export type List = (
  reference: Reference,
  settings: HubSettings,
  ask: typeof fetch,
) => Promise<Listing>
