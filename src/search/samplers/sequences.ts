import { halton as haltonPoint } from '../../math/halton.js'
import { scrambledSobol, SOBOL_DIMENSIONS } from '../../math/sobol.js'
import type { Rationale } from '../../record/trial.js'
import { defineStrategy } from '../../settings/define-strategy.js'
import { paramsAt } from '../../space/transform.js'
import type { Sampler } from '../contract/sampler.js'

const SCRAMBLE = 0x736d

/**
 * The Sobol low-discrepancy sequence: as even as a grid in every projection, at any number of
 * trials. The trial's number is its place in the sequence; the seed scrambles the digits.
 *
 * @example
 * const { best } = await optimize({
 *   space: { x: float(-3, 3), act: choice('relu', 'gelu') },
 *   trials: 6,
 *   sampler: sobol(),
 *   objective: ({ params }) => params.x ** 2,
 * })
 * console.log(best?.params)
 */
export const sobol = defineStrategy({
  name: 'sobol',
  summary: {
    en: 'scrambled Sobol sequence: fills the space evenly at any number of trials',
    zh: '加扰 Sobol 序列：无论试验多少次，都均匀地覆盖搜索空间',
  },
  options: [],
  create: (): Sampler => ({
    name: 'sobol',
    suggest(space, _trials, { seed, trialNumber }) {
      const dimensions = Math.min(space.length, SOBOL_DIMENSIONS)
      const point = scrambledSobol(trialNumber, dimensions, [seed, SCRAMBLE])
      // Beyond the table of directions the other coordinates are from the Halton sequence.
      const others =
        space.length > SOBOL_DIMENSIONS
          ? haltonPoint(trialNumber, space.length, [seed]).slice(SOBOL_DIMENSIONS)
          : []
      return {
        kind: 'params',
        params: paramsAt(space, [...point, ...others]),
        rationale: rationale('Sobol', trialNumber),
      }
    },
  }),
})

/**
 * The scrambled Halton sequence: as `sobol`, for any number of parameters.
 *
 * @example
 * const { best } = await optimize({
 *   space: { x: float(-3, 3), act: choice('relu', 'gelu') },
 *   trials: 6,
 *   sampler: halton(),
 *   objective: ({ params }) => params.x ** 2,
 * })
 * console.log(best?.params)
 */
export const halton = defineStrategy({
  name: 'halton',
  summary: {
    en: 'scrambled Halton sequence: fills the space evenly, for any number of parameters',
    zh: '加扰 Halton 序列：均匀地覆盖搜索空间，参数个数不限',
  },
  options: [],
  create: (): Sampler => ({
    name: 'halton',
    suggest: (space, _trials, { seed, trialNumber }) => ({
      kind: 'params',
      params: paramsAt(space, haltonPoint(trialNumber, space.length, [seed])),
      rationale: rationale('Halton', trialNumber),
    }),
  }),
})

function rationale(sequence: string, trialNumber: number): Rationale {
  return {
    method: `${sequence} sequence`,
    text:
      `point ${trialNumber + 1} of a scrambled ${sequence} sequence, ` +
      'which fills the space evenly',
    expected: null,
  }
}
