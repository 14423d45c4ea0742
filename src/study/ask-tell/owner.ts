import { hostname } from 'node:os'

/** This host and process, as a caller names itself if it has no name of its own. */
export function defaultOwner(): string {
  return `${hostname()}:${process.pid}`
}
