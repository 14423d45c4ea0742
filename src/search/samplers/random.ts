import { keyedUniform } from '../../math/random.js'
import { defineStrategy } from '../../settings/define-strategy.js'
import { paramsAt } from '../../space/transform.js'
import type { Sampler } from '../contract/sampler.js'

/**
 * Draws each parameter independently and uniformly on its own scale.
 *
 * @example
 * const { best } = await optimize({
 *   space: { x: float(-3, 3), act: choice('relu', 'gelu') },
 *   trials: 6,
 *   sampler: random(),
 *   objective: ({ params }) => params.x ** 2,
 * })
 * console.log(best?.params)
 */
export const random = defineStrategy({
  name: 'random',
  summary: {
    en: 'draws each parameter independently and uniformly on its own scale',
    zh: '在各参数自身的尺度上独立均匀随机采样',
  },
  options: [],
  create: (): Sampler => ({
    name: 'random',
    suggest(space, _trials, { seed, trialNumber }) {
      const uniform = keyedUniform([seed, trialNumber])
      const rationale = {
        method: 'random',
        text: 'drawn at random, each parameter evenly on its own scale',
        expected: null,
      }
      return { kind: 'params', params: paramsAt(space, space.map(uniform)), rationale }
    },
  }),
})
