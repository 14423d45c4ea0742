import { describe, expect, it } from 'vitest'
import { random } from '../../../../src/search/samplers/random.js'
import type { Sampler } from '../../../../src/search/contract/sampler.js'
import { tpe } from '../../../../src/search/samplers/tpe.js'
import type { Params, Space } from '../../../../src/space/parameter.js'
import { EMPTY, type Outcomes, suggest } from '../../outcomes.js'

const space: Space = [
  { kind: 'float', name: 'learningRate', low: 1e-5, high: 1e-1, scale: 'log' },
  { kind: 'int', name: 'batchSize', low: 1, high: 64, scale: 'log' },
  { kind: 'categorical', name: 'schedule', choices: ['constant', 'linear', 'cosine'] },
]
const loss = ({ learningRate, batchSize, schedule }: Params) =>
  (Math.log10(Number(learningRate)) + 3) ** 2 +
  0.2 * (Math.log2(Number(batchSize)) - 3) ** 2 +
  (schedule === 'cosine' ? 0 : 0.5)

function played(sampler: Sampler, seed: number, trials: number): Outcomes {
  let history = EMPTY
  for (let trialNumber = 0; trialNumber < trials; trialNumber++) {
    const suggestion = suggest(sampler, space, history, { seed, trialNumber })
    if (suggestion.kind === 'params')
      history = {
        ...history,
        observed: [
          ...history.observed,
          { params: suggestion.params, loss: loss(suggestion.params) },
        ],
      }
  }
  return history
}
const best = (history: Outcomes) => Math.min(...history.observed.map(one => one.loss))

describe('the tree-structured Parzen estimator', () => {
  const sampler = tpe({ initial: 10, candidates: 24 })
  const seeds = [0, 1, 2, 3, 4]

  it('comes nearer to the best in 40 trials than random search does, over five seeds', () => {
    const sum = (one: Sampler) =>
      seeds.reduce((total, seed) => total + best(played(one, seed, 40)), 0)
    expect(sum(sampler)).toBeLessThan(0.5 * sum(random()))
  })

  it('keeps parallel slots apart: running trials count as bad until they are known', () => {
    const history = played(sampler, 1, 30)
    const distance = (pending: readonly Params[]) => {
      const suggestion = suggest(
        sampler,
        space,
        { ...history, pending },
        { seed: 1, trialNumber: 30 },
      )
      if (suggestion.kind !== 'params') throw new Error(suggestion.reason)
      return suggestion.params
    }
    const alone = distance([])
    const beside = distance(Array.from({ length: 6 }, () => alone))
    expect(
      Math.abs(
        Math.log10(Number(alone['learningRate'])) - Math.log10(Number(beside['learningRate'])),
      ),
    ).toBeGreaterThan(0.01)
  })

  it('says how much denser good trials lie there', () => {
    const suggestion = suggest(sampler, space, played(sampler, 2, 20), { seed: 2, trialNumber: 20 })
    if (suggestion.kind !== 'params') throw new Error(suggestion.reason)
    expect(suggestion.rationale).toMatchObject({ method: 'Parzen estimator', expected: null })
    expect(suggestion.rationale.text).toMatch(
      /^[\d.]+ times as dense in good trials as in others: the 2 best of 20 against the rest$/,
    )
  })
})
