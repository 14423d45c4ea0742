import type { Curve } from '../../../record/curve.js'
import { configurationKey } from '../../../space/configurations.js'
import type { Params, Space } from '../../../space/parameter.js'
import type { Suggestion } from '../../contract/sampler.js'
import { configurations } from '../../contract/trial-outcomes.js'

export function suggestion(params: Params, method: string, text: string): Suggestion {
  return { kind: 'params', params, rationale: { method, text, expected: null } }
}

/** Whether a configuration was not begun yet. */
export function untried(space: Space, trials: readonly Curve[]): (params: Params) => boolean {
  const tried = new Set(configurations(trials).map(params => configurationKey(space, params)))
  return params => !tried.has(configurationKey(space, params))
}
