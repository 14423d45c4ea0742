import { UserError } from '../errors.js'
import type { ConfigFile } from './config-file.js'

export const REPAIR = 'Mend config.json or download it again'

const LARGEST_SIZE = 2 ** 24

export function truthy(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false
}

/**
 * @throws UserError where a field is missing without a fallback, or isn't a whole number from 1 to
 * `max`
 */
export function readSize(
  file: ConfigFile,
  field: string,
  fallback?: number,
  max = LARGEST_SIZE,
): number {
  const value = file.value[field] ?? fallback
  if (value === undefined) throw new UserError(file.path, `has no ${field}`, REPAIR)
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= max)
    return value as number
  throw new UserError(
    file.at(field),
    `${field} is ${JSON.stringify(value)}, which is not a whole number from 1 to ${max}`,
    REPAIR,
  )
}

/**
 * @param subject where the value is, as an error names it
 * @throws UserError if it isn't a positive number
 */
export function readFactor(subject: string, field: string, value: unknown): number {
  if (typeof value === 'number' && value > 0 && Number.isFinite(value)) return value
  throw new UserError(
    subject,
    `${field} is ${JSON.stringify(value)}, which is not a positive number`,
    REPAIR,
  )
}
