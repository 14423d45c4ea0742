import { halton } from '../../math/halton.js'
import { scrambledSobol, SOBOL_DIMENSIONS } from '../../math/sobol.js'
import { paramsAt } from '../../space/transform.js'
import type { Sampler, Suggestion } from '../contract/sampler.js'

const SCRAMBLE = 0x736d

/**
 * Low-discrepancy sequences: as even as a grid in every projection, at any number of trials. The
 * trial's number is its place in the sequence; the seed scrambles the digits.
 */
export const sobolSequence: Sampler = (space, _history, { seed, trialNumber }) => {
  const point = scrambledSobol(trialNumber, Math.min(space.length, SOBOL_DIMENSIONS), [
    seed,
    SCRAMBLE,
  ])
  // Beyond the table of directions the remaining coordinates come from the other sequence.
  const rest =
    space.length > SOBOL_DIMENSIONS
      ? halton(trialNumber, space.length, [seed]).slice(SOBOL_DIMENSIONS)
      : []
  return {
    kind: 'params',
    params: paramsAt(space, [...point, ...rest]),
    rationale: suggested('Sobol', trialNumber),
  }
}

export const haltonSequence: Sampler = (space, _history, { seed, trialNumber }) => ({
  kind: 'params',
  params: paramsAt(space, halton(trialNumber, space.length, [seed])),
  rationale: suggested('Halton', trialNumber),
})

function suggested(
  sequence: string,
  trialNumber: number,
): Extract<Suggestion, { kind: 'params' }>['rationale'] {
  return {
    method: `${sequence} sequence`,
    text: `point ${trialNumber + 1} of a scrambled ${sequence} sequence, which fills the space evenly`,
    expected: null,
  }
}
