import { canonical, type Params, type Space } from '../../space/parameter.js'
import { fromUnit } from '../../space/transform.js'
import type { Sampler } from '../contract/sampler.js'

/**
 * Lets a sampler that knows of no conditions search a space that has some: it sees every parameter
 * always, those that don't exist at the middle of their range; what it proposes for them is left
 * out.
 */
export function conditional(sampler: Sampler): Sampler {
  return (space, history, request) => {
    if (space.every(({ when }) => when === undefined)) return sampler(space, history, request)
    const { whole, filled } = unconditioned(space)
    const seen = {
      observed: history.observed.map(one => ({ ...one, params: filled(one.params) })),
      pending: history.pending.map(filled),
      failed: history.failed.map(filled),
    }
    const { admits, earlier } = request
    const suggestion = sampler(whole, seen, {
      ...request,
      ...(earlier
        ? {
            earlier: earlier.map(each => ({
              ...each,
              observed: each.observed.map(one => ({ ...one, params: filled(one.params) })),
            })),
          }
        : {}),
      ...(admits ? { admits: params => admits(canonical(space, params)) } : {}),
    })
    return suggestion.kind === 'params'
      ? { ...suggestion, params: canonical(space, suggestion.params) }
      : suggestion
  }
}

/**
 * A space without its conditions, and what a configuration is in it: parameters that don't exist
 * there are at the middle of their range.
 */
export function unconditioned(space: Space): {
  readonly whole: Space
  filled(params: Params): Params
} {
  const whole = space.map(({ when: _, ...parameter }) => parameter)
  return {
    whole,
    filled: params =>
      Object.fromEntries(
        whole.map(parameter => [
          parameter.name,
          params[parameter.name] ?? fromUnit(parameter, 0.5),
        ]),
      ),
  }
}
