import { expect, it } from 'vitest'
import { UserError } from '../../../src/errors.js'
import { samplers } from '../../../src/search/registry.js'
import { samplerContract } from './sampler-contract.js'
import { samplerNamed } from '../outcomes.js'

for (const name of samplers.names) samplerContract(name, samplerNamed(name))

it.each(['optuna', 'toString', ''])(
  'refuses the unregistered sampler "%s" and lists the others',
  name => {
    expect(() => samplerNamed(name)).toThrow(UserError)
    expect(() => samplerNamed(name)).toThrow(
      /Use one of auto, grid, random, bayesian, tpe, cma-es, sobol, halton/,
    )
  },
)

it('knows what a misspelt sampler was meant to be', () => {
  expect(() => samplerNamed('bayesain')).toThrow('Did you mean bayesian?')
  expect(() => samplerNamed('Grid')).toThrow('Did you mean grid?')
})

it('refuses options it cannot use, by name', () => {
  expect(() => samplerNamed('grid', { levels: 0 })).toThrow(
    'sampler.levels: 0 is not a positive integer. Try 4.',
  )
  expect(() => samplerNamed('grid', { level: 3 })).toThrow(
    'sampler.level: grid has no such option. Did you mean levels? Use levels.',
  )
  expect(() => samplerNamed('random', { levels: 3 })).toThrow(
    'sampler.levels: random has no such option. Leave it out.',
  )
})
