import { halton } from '../math/halton.js'
import { keyedUniform } from '../math/random.js'
import { sobol, SOBOL_DIMENSIONS } from '../math/sobol.js'
import { paramsAt } from '../space/transform.js'
import type { Sampler, Suggestion } from './sampler.js'

const SHIFT = 0x7368

/**
 * Low-discrepancy sequences: as even as a grid in every projection, at any number of trials. The trial's number is its place in the
 * sequence; the seed shifts the Sobol sequence and permutes the digits of Halton's.
 */
export const sobolSequence: Sampler = (space, _history, { seed, trialNumber }) => {
  const uniform = keyedUniform([seed, SHIFT])
  const shift = space.map(uniform)
  let index = 0
  for (const point of sobol(Math.min(space.length, SOBOL_DIMENSIONS), shift)) {
    if (index++ < trialNumber) continue
    // Beyond the table of directions the remaining coordinates come from the other sequence.
    const rest = space.length > SOBOL_DIMENSIONS ? halton(trialNumber, space.length, [seed]).slice(SOBOL_DIMENSIONS) : []
    return { kind: 'params', params: paramsAt(space, [...point, ...rest]), why: why('Sobol', trialNumber) }
  }
  throw new RangeError(`the Sobol sequence has fewer than ${trialNumber} points`)
}

export const haltonSequence: Sampler = (space, _history, { seed, trialNumber }) => ({
  kind: 'params',
  params: paramsAt(space, halton(trialNumber, space.length, [seed])),
  why: why('Halton', trialNumber),
})

function why(sequence: string, trialNumber: number): Extract<Suggestion, { kind: 'params' }>['why'] {
  return { method: `${sequence} sequence`, text: `point ${trialNumber + 1} of a ${sequence} sequence, which fills the space evenly`, expected: null }
}
