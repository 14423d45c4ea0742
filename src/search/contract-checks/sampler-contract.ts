import type { Curve } from '../../record/curve.js'
import { configurationKey } from '../../space/configurations.js'
import { contains, type Space } from '../../space/parameter.js'
import type { Sampler, Suggestion } from '../contract/sampler.js'
import { studySampler } from '../registry.js'
import {
  assert,
  assertEqual,
  deepFreeze,
  situations,
  survivesJson,
  type ContractCheck,
  type Situation,
} from './situations.js'

/**
 * What every sampler owes a study, as checks for any test framework.
 *
 * @example
 * for (const { name, check } of samplerContract(mine)) test(name, check)
 */
export function samplerContract(sampler: Sampler): readonly ContractCheck[] {
  const wrapped = studySampler(sampler)
  const each = (name: string, check: (situation: Situation) => void): ContractCheck => ({
    name: `${sampler.name} ${name}`,
    check: () => situations().forEach(check),
  })
  return [
    each('suggests a configuration of the space, or a reason', situation => {
      const suggestion = suggest(wrapped, situation)
      if (suggestion.kind === 'exhausted') assert(suggestion.reason !== '', 'the reason is empty')
      else
        assert(
          contains(situation.space, suggestion.params),
          `${JSON.stringify(suggestion.params)} is outside the space`,
        )
    }),
    each('states its rationale in words, with finite numbers', situation => {
      const suggestion = suggest(sampler, unconditional(situation))
      if (suggestion.kind === 'exhausted') return
      const { method, text, expected } = suggestion.rationale
      assert(method !== '' && text !== '', 'the rationale is empty')
      assert(!/NaN|Infinity|undefined/.test(text), `the rationale is "${text}"`)
      if (expected)
        assert(
          Number.isFinite(expected.mean) && Number.isFinite(expected.sd) && expected.sd >= 0,
          `it expects ${expected.mean} ± ${expected.sd}`,
        )
    }),
    each('gives equal suggestions for equal arguments', situation => {
      const first = suggest(sampler, unconditional(situation))
      suggest(sampler, { ...unconditional(situation), trialNumber: situation.trialNumber + 1 })
      const again = suggest(sampler, structuredClone(unconditional(situation)))
      assertEqual(again, first, 'the second suggestion differs')
    }),
    each('leaves its arguments as they are', situation => {
      suggest(sampler, deepFreeze(structuredClone(unconditional(situation))))
    }),
    each('suggests values that survive JSON', situation => {
      const suggestion = suggest(sampler, unconditional(situation))
      assert(survivesJson(suggestion), `${JSON.stringify(suggestion)} is not what it suggested`)
    }),
    {
      name: `${sampler.name} visits every configuration of a small space once`,
      check: () => {
        for (const outcome of ['complete', 'failed', 'running'] as const) visitAll(wrapped, outcome)
      },
    },
  ]
}

function suggest(sampler: Sampler, { space, trials, seed, trialNumber }: Situation): Suggestion {
  return sampler.suggest(space, trials, { seed, trialNumber })
}

/** A study wraps a sampler so that it sees every parameter always. */
function unconditional({ space, trials, ...situation }: Situation): Situation {
  const conditional = space.some(({ when }) => when !== undefined)
  return {
    ...situation,
    space: space.map(({ when: _, ...parameter }) => parameter),
    trials: conditional
      ? trials.filter(({ params }) => Object.keys(params).length === space.length)
      : trials,
  }
}

const small: Space = [
  { kind: 'int', name: 'batchSize', low: 1, high: 3, scale: 'log' },
  { kind: 'categorical', name: 'schedule', choices: ['constant', 'cosine'] },
]

function visitAll(sampler: Sampler, state: Curve['state']): void {
  const trials: Curve[] = []
  const keys = new Set<string>()
  for (let trial = 0; trial < 6; trial++) {
    const suggestion = suggest(sampler, { space: small, trials, seed: 3, trialNumber: trial })
    assert(suggestion.kind === 'params', `it ended after ${trial} of 6 configurations`)
    const { params } = suggestion
    keys.add(configurationKey(small, params))
    const curve = { trial, params, state, losses: state === 'complete' ? [1] : [] }
    trials.push(state === 'complete' ? { ...curve, loss: 1 } : curve)
  }
  assert(keys.size === 6, `it visited ${keys.size} of 6 configurations`)
  const end = suggest(sampler, { space: small, trials, seed: 3, trialNumber: 6 })
  assert(end.kind === 'exhausted', 'it does not end after the last configuration')
}
