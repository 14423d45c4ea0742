import { UserError } from '../errors.js'
import { formatReference, type Reference } from './reference.js'
import type { HubSettings } from './settings.js'

/**
 * A `fetch` with the token that throws a UserError for a hub's refusal. Other failures, which
 * another attempt may solve, are plain Errors.
 */
export function authorizedFetch(
  reference: Reference,
  { endpoint, token }: HubSettings,
): typeof fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    const headers = new Headers(init?.headers)
    // Other hosts that a hub redirects to must not receive the token.
    if (token !== null && url.startsWith(`${endpoint}/`))
      headers.set('authorization', `Bearer ${token}`)
    const response = await fetch(input, { ...init, headers })
    if (response.ok) return response
    await response.body?.cancel()
    throw refusalError(reference, endpoint, token, response)
  }
}

function refusalError(
  reference: Reference,
  endpoint: string,
  token: string | null,
  { status, headers }: Response,
): Error {
  const subject = formatReference(reference)
  const variable = reference.hub === 'hf' ? 'HF_TOKEN' : 'MODELSCOPE_API_TOKEN'
  const isDataset = reference.kind === 'dataset'
  const folder = isDataset ? 'datasets/' : reference.hub === 'modelscope' ? 'models/' : ''
  const page = `${endpoint}/${folder}${reference.name}`
  switch (status) {
    case 401:
    case 403:
      if (headers.get('x-error-code') === 'GatedRepo' || (token !== null && status === 403)) {
        return new UserError(
          subject,
          'is gated: its authors require your consent',
          `Agree on ${page}, and set ${variable} to a token of that account`,
        )
      }
      return new UserError(
        subject,
        token === null
          ? 'does not exist, or is private'
          : 'does not exist, or the token may not read it',
        `Check the name on ${page}; for a private one set ${variable} to a token that may read it`,
      )
    case 404: {
      const revision = headers.get('x-error-code') === 'RevisionNotFound'
      return new UserError(
        subject,
        revision
          ? `has no revision ${reference.revision}`
          : `there is no such ${isDataset ? 'data set' : 'model'} on ${endpoint}`,
        `See ${page}${revision ? '/tree/main' : ''}`,
      )
    }
    default:
      return new Error(`${endpoint} answered ${status}`)
  }
}
