import { UserError } from '../errors.js'
import type { JsonObject } from './json-file.js'

export const REPAIR = 'Mend config.json or download it again'

const LARGEST_SIZE = 2 ** 24

export function truthy(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false
}

/**
 * @throws UserError where a field is missing without a fallback, or isn't a whole number from 1 to
 * `most`
 */
export function readSize(
  path: string,
  config: JsonObject,
  field: string,
  fallback?: number,
  most = LARGEST_SIZE,
): number {
  const value = config[field] ?? fallback
  if (value === undefined) throw new UserError(path, `has no ${field}`, REPAIR)
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most)
    return value as number
  throw new UserError(
    path,
    `${field} is ${JSON.stringify(value)}, which is not a whole number from 1 to ${most}`,
    REPAIR,
  )
}

/** @throws UserError where it isn't a positive number */
export function readFactor(path: string, field: string, value: unknown): number {
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value
  throw new UserError(
    path,
    `${field} is ${JSON.stringify(value)}, which is not a positive number`,
    REPAIR,
  )
}
