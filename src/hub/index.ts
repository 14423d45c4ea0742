import { UserError } from '../errors.js'
import { cachedFolder } from './cache.js'
import { isReference, parseReference } from './reference.js'

export { fetchFromHub, fetchPinned, type FetchOptions, type FetchProgress } from './fetch.js'
export { isReference } from './reference.js'

/**
 * A path as it is; for a name on a hub, its place in the cache. Only looks at the disk.
 *
 * @throws UserError where the cache doesn't have it
 */
export function localPath(text: string): string {
  if (!isReference(text)) return text
  const folder = cachedFolder(parseReference(text))
  if (folder === null)
    throw new UserError(
      text,
      'is not in the cache',
      'Fetch it with: tune study create, or tune study run',
    )
  return folder
}
