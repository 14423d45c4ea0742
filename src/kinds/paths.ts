import { isAbsolute, join, relative, resolve } from 'node:path'
import { isReference } from '../hub/reference.js'

/** Absolute paths of what a data set is named by; what is fetched from a hub keeps its name. */
export function dataFrom(
  base: string,
  data: string | readonly string[],
): string | readonly string[] {
  return typeof data === 'string' ? located(base, data) : data.map(source => located(base, source))
}

export function located(base: string, path: string): string {
  return isReference(path) ? path : resolve(base, path)
}

/** A path as it reads best from `base`: relative when it is near, absolute when it is not. */
export function nearby(base: string, path: string): string {
  if (isReference(path)) return path
  const way = relative(base, path)
  return isAbsolute(way) || way.startsWith(join('..', '..', '..', '..')) ? path : way
}

/** The way back of `dataFrom`. */
export function sourcesAsWritten(
  data: string | readonly string[],
  base: string,
): string | string[] {
  return typeof data === 'string' ? nearby(base, data) : data.map(source => nearby(base, source))
}
