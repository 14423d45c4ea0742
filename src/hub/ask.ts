import { UserError } from '../errors.js'
import { formatReference, type Reference } from './reference.js'
import type { HubSettings } from './settings.js'

/**
 * A `fetch` that carries the token and says in a UserError what a hub's refusal means. Other
 * failures, which a second try may mend, are plain Errors.
 */
export function asker(reference: Reference, { endpoint, token }: HubSettings): typeof fetch {
  return async (input, init) => {
    const url = input instanceof Request ? input.url : String(input)
    const headers = new Headers(init?.headers)
    // Storage elsewhere, which a hub sends one to, must not see the token
    if (token !== null && url.startsWith(`${endpoint}/`))
      headers.set('authorization', `Bearer ${token}`)
    const response = await fetch(input, { ...init, headers })
    if (response.ok) return response
    await response.body?.cancel()
    throw refusal(reference, endpoint, token, response)
  }
}

function refusal(
  reference: Reference,
  endpoint: string,
  token: string | null,
  { status, headers }: Response,
): Error {
  const subject = formatReference(reference)
  const variable = reference.hub === 'hf' ? 'HF_TOKEN' : 'MODELSCOPE_API_TOKEN'
  const page = `${endpoint}/${reference.kind === 'dataset' ? 'datasets/' : reference.hub === 'modelscope' ? 'models/' : ''}${reference.name}`
  switch (status) {
    case 401:
    case 403:
      if (headers.get('x-error-code') === 'GatedRepo' || (token !== null && status === 403)) {
        return new UserError(
          subject,
          'is gated: its authors ask for your consent first',
          `Agree on ${page}, and set ${variable} to a token of that account`,
        )
      }
      return new UserError(
        subject,
        token === null
          ? 'does not exist, or is private'
          : `does not exist, or the token in use may not read it`,
        `Check the name on ${page}; for a private one set ${variable} to a token that may read it`,
      )
    case 404: {
      const revision = headers.get('x-error-code') === 'RevisionNotFound'
      return new UserError(
        subject,
        revision
          ? `has no revision ${reference.revision}`
          : `there is no such ${reference.kind === 'dataset' ? 'data set' : 'model'} on ${endpoint}`,
        `See ${page}${revision ? '/tree/main' : ''}`,
      )
    }
    default:
      return new Error(`${endpoint} answered ${status}`)
  }
}
