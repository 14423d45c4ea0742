import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { UserError } from '../errors.js'

/** Fewest characters of a token that a user chooses. */
const SHORTEST = 16

/** 96 random bits in 16 characters: the printed link fits on one line. */
export function randomToken(): string {
  return randomBytes(12).toString('base64url')
}

/**
 * A token that a user chose.
 *
 * @throws UserError if it is short, or has characters that a link or a header would change
 */
export function checkToken(token: string): string {
  if (token.length < SHORTEST || !/^[\w.~-]+$/.test(token))
    throw new UserError(
      'TUNE_TOKEN',
      `is not a token: it needs ${SHORTEST} or more letters, digits, dots, dashes, tildes or ` +
        'underscores',
      `Set another, such as TUNE_TOKEN=${randomToken()}, or none for a random one`,
    )
  return token
}

/** Takes the same time wherever the two differ. */
export function equalTokens(a: string, b: string): boolean {
  const [hashA, hashB] = [a, b].map(text => createHash('sha256').update(text).digest())
  return timingSafeEqual(hashA!, hashB!)
}
