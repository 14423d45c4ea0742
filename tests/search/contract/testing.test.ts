import { describe, expect, it } from 'vitest'
import type { Sampler } from '../../../src/search/contract/sampler.js'
import type { StoppingPruner } from '../../../src/search/contract/pruner.js'
import { createPruner, pruners, samplers } from '../../../src/search/registry.js'
import { paramsAt } from '../../../src/space/transform.js'
import { prunerContract, samplerContract } from '../../../src/testing.js'

/** How a pruner is written with the options that have no default, such as `percentile(25)`. */
function withRequired({ name, options }: (typeof pruners.strategies)[number]): string {
  const required = options.filter(each => each.default === undefined && !each.defaultText)
  return `${name}(${required.map(option => `${option.name}=25`).join(', ')})`
}

describe('the exported contract holds', () => {
  for (const name of samplers.names)
    for (const { name: statement, check } of samplerContract(
      samplers.create({ name, options: {} }),
    ))
      it(statement, check)
  for (const text of [...pruners.strategies.map(withRequired), 'asha(2, 1)'])
    for (const { name: statement, check } of prunerContract(createPruner(text)))
      it(`${text}: ${statement}`, check)
})

const middle: Sampler = {
  name: 'middle',
  suggest: space => ({
    kind: 'params',
    params: paramsAt(
      space,
      space.map(() => 0.5),
    ),
    rationale: { method: 'middle', text: 'the middle of the space', expected: null },
  }),
}

/** The statements that a strategy breaks. */
const broken = (checks: readonly { readonly name: string; readonly check: () => void }[]) =>
  checks.flatMap(({ name, check }) => {
    try {
      check()
      return []
    } catch {
      return [name]
    }
  })

describe('the exported contract finds', () => {
  it('nothing wrong with the simplest sampler: the study keeps it from repeating itself', () => {
    expect(broken(samplerContract(middle))).toEqual([])
  })

  it('a sampler that is not a function of its arguments', () => {
    let calls = 0
    const counting: Sampler = {
      name: 'counting',
      suggest: (space, trials, request) => {
        const suggestion = middle.suggest(space, trials, request)
        return suggestion.kind === 'params'
          ? { ...suggestion, rationale: { ...suggestion.rationale, text: `call ${calls++}` } }
          : suggestion
      },
    }
    expect(broken(samplerContract(counting))).toEqual([
      'counting gives equal suggestions for equal arguments',
    ])
  })

  it('a sampler that changes its arguments', () => {
    const sorting: Sampler = {
      name: 'sorting',
      suggest: (space, trials, request) => {
        ;(trials as unknown[]).reverse()
        return middle.suggest(space, trials, request)
      },
    }
    expect(broken(samplerContract(sorting))).toContain('sorting leaves its arguments as they are')
  })

  it('a pruner that looks at what peers did later', () => {
    const peeking: StoppingPruner = {
      name: 'peeking',
      judge: ({ losses }, peers) => {
        const last = peers[0]?.losses.at(-1) ?? Infinity
        return losses.at(-1)! > last
          ? {
              kind: 'median',
              epoch: losses.length,
              value: losses.at(-1)!,
              threshold: last,
              reason: 'worse than the first peer at its end',
            }
          : null
      },
    }
    expect(broken(prunerContract(peeking))).toEqual([
      'peeking ignores what its peers did after the epoch',
    ])
  })
})
