import { describe, expect, it } from 'vitest'
import { chooseSampler } from '../../../src/search/samplers/auto.js'
import type { Parameter, Space } from '../../../src/space/parameter.js'
import { EMPTY, suggest, samplerNamed } from '../outcomes.js'

const floats = (count: number): Space =>
  Array.from({ length: count }, (_, i): Parameter => ({
    kind: 'float',
    name: `x${i}`,
    low: 0,
    high: 1,
    scale: 'linear',
  }))
const names: Space = [
  { kind: 'categorical', name: 'recipe', choices: Array.from({ length: 80 }, (_, i) => `r${i}`) },
]

describe('the sampler that is chosen', () => {
  it.each([
    ['two parameters', floats(2), true, 'bayesian'],
    ['seven parameters', floats(7), true, 'epoch-aware'],
    ['seven parameters whose trials cannot be paused', floats(7), false, 'bayesian'],
    ['eighty names', names, true, 'tpe'],
  ] as const)('for %s is named with its reason', (_, space, pausable, sampler) => {
    const chosen = chooseSampler({ space, pausable })
    expect(chosen.sampler).toBe(sampler)
    expect(chosen.reason).toMatch(/^\d+ parameters? (is|are) searched/)
  })

  it('does not count parameters that have one value', () => {
    const fixed: Space = [...floats(3), { kind: 'categorical', name: 'batchSize', choices: [8] }]
    expect(chooseSampler({ space: fixed, pausable: true }).sampler).toBe('bayesian')
  })

  it('is told with the first trial, and searches as it would under its own name', () => {
    const [first, second] = [0, 1].map(trialNumber =>
      suggest(samplerNamed('auto'), floats(2), EMPTY, { seed: 1, trialNumber }),
    )
    expect(first).toMatchObject({
      rationale: {
        text: expect.stringMatching(/; searched by bayesian, because 2 parameters are searched/),
      },
    })
    expect(second).toEqual(
      suggest(samplerNamed('bayesian'), floats(2), EMPTY, { seed: 1, trialNumber: 1 }),
    )
  })
})
