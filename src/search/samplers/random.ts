import { keyedUniform } from '../../math/random.js'
import { paramsAt } from '../../space/transform.js'
import type { Sampler } from '../contract/sampler.js'

/** Draws each parameter independently and uniformly on its own scale. */
export const random: Sampler = (space, _history, { seed, trialNumber }) => {
  const uniform = keyedUniform([seed, trialNumber])
  const rationale = {
    method: 'random',
    text: 'drawn at random, each parameter evenly on its own scale',
    expected: null,
  }
  return { kind: 'params', params: paramsAt(space, space.map(uniform)), rationale }
}
