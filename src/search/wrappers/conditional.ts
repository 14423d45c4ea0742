import type { Curve } from '../../record/curve.js'
import { canonical, type Params, type Space } from '../../space/parameter.js'
import { fromUnit } from '../../space/transform.js'
import { optional } from '../../util/optional.js'
import type { Sampler } from '../contract/sampler.js'

/**
 * Lets a sampler without conditions search a space that has some. The sampler sees every parameter
 * always, one that does not exist at the middle of its range; its proposal for such a parameter is
 * left out.
 */
export function conditional(sampler: Sampler): Sampler {
  return {
    name: sampler.name,
    suggest(space, trials, request) {
      if (space.every(({ when }) => when === undefined))
        return sampler.suggest(space, trials, request)
      const { unconditionalSpace, complete } = unconditioned(space)
      const completeCurve = <C extends Curve>(curve: C): C => ({
        ...curve,
        params: complete(curve.params),
      })
      const { admits, earlierStudies } = request
      const suggestion = sampler.suggest(unconditionalSpace, trials.map(completeCurve), {
        ...request,
        ...optional({
          earlierStudies: earlierStudies?.map(({ study, trials }) => ({
            study,
            trials: trials.map(completeCurve),
          })),
          admits: admits && ((params: Params) => admits(canonical(space, params))),
        }),
      })
      return suggestion.kind === 'params'
        ? { ...suggestion, params: canonical(space, suggestion.params) }
        : suggestion
    },
  }
}

/**
 * A space without its conditions, and a configuration in it: parameters that do not exist there are
 * at the middle of their range.
 */
export function unconditioned(space: Space): {
  readonly unconditionalSpace: Space
  complete(params: Params): Params
} {
  const unconditionalSpace = space.map(({ when: _, ...parameter }) => parameter)
  return {
    unconditionalSpace,
    complete: params =>
      Object.fromEntries(
        unconditionalSpace.map(parameter => [
          parameter.name,
          params[parameter.name] ?? fromUnit(parameter, 0.5),
        ]),
      ),
  }
}
