import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { keyedUniform } from '../../../src/math/random.js'
import { configurationKey } from '../../../src/space/configurations.js'
import type { Sampler, Suggestion } from '../../../src/search/contract/sampler.js'
import { keeps } from '../../../src/space/constraint.js'
import { canonical, contains, type Params, type Space } from '../../../src/space/parameter.js'
import { paramsAt } from '../../../src/space/transform.js'
import { spaces } from '../../space/arbitraries.js'
import { EMPTY, type Outcomes, begun, suggest } from '../outcomes.js'

/** What every sampler owes the study manager, whatever its method. */
export function samplerContract(name: string, sampler: Sampler): void {
  describe(`${name} keeps the sampler contract`, () => {
    const situations = spaces
      .map(conditioned)
      .chain(space => fc.tuple(fc.constant(space), histories(space), fc.nat(50), fc.nat()))
    const property =
      (check: (space: Space, history: Outcomes, trialNumber: number, seed: number) => void) => () =>
        fc.assert(
          fc.property(situations, ([space, history, trialNumber, seed]) =>
            check(space, history, trialNumber, seed),
          ),
          { numRuns: 60 },
        )

    it(
      'suggests points of the space, or says why it stops',
      property((space, history, trialNumber, seed) => {
        const suggestion = suggest(sampler, space, history, { seed, trialNumber })
        if (suggestion.kind === 'params') expect(contains(space, suggestion.params)).toBe(true)
        else expect(suggestion.reason).not.toBe('')
      }),
    )

    it(
      'never suggests what was asked for before',
      property((space, history, trialNumber, seed) => {
        const suggestion = suggest(sampler, space, history, { seed, trialNumber })
        if (suggestion.kind === 'exhausted') return
        expect(begun(history).map(params => configurationKey(space, params))).not.toContain(
          configurationKey(space, suggestion.params),
        )
      }),
    )

    it('suggests nothing that breaks a constraint, and gives a reason where nothing is left that keeps it', () => {
      const space: Space = [
        { kind: 'float', name: 'learningRate', low: 1e-5, high: 1, scale: 'log' },
        { kind: 'int', name: 'batchSize', low: 1, high: 64, scale: 'log' },
        { kind: 'categorical', name: 'schedule', choices: ['constant', 'cosine'] },
      ]
      const constraints = [
        'batchSize * learningRate <= 0.05',
        'batchSize > 4 or schedule == "cosine"',
      ]
      fc.assert(
        fc.property(histories(space), fc.nat(50), fc.nat(), (history, trialNumber, seed) => {
          const suggestion = suggest(sampler, space, history, { seed, trialNumber, constraints })
          if (suggestion.kind === 'params') expect(keeps(constraints, suggestion.params)).toBe(true)
          else expect(suggestion.reason).not.toBe('')
        }),
        { numRuns: 60 },
      )
    })

    it('begins with the defaults and the points known to be good', () => {
      const [defaults, good] = [{ x: 0.125 }, { x: 0.75 }]
      const first = (trialNumber: number) =>
        suggest(sampler, x, EMPTY, { seed: 1, trialNumber, defaults, initialPoints: [good] })
      expect([0, 1].map(first)).toMatchObject([{ params: defaults }, { params: good }])
      expect(first(2)).not.toMatchObject({ params: good })
    })

    it(
      'says why, in words',
      property((space, history, trialNumber, seed) => {
        const suggestion = suggest(sampler, space, history, { seed, trialNumber })
        if (suggestion.kind === 'exhausted') return
        const { method, text, expected } = suggestion.rationale
        expect(method).not.toBe('')
        expect(text).not.toMatch(/NaN|Infinity|undefined/)
        if (expected)
          expect(
            Number.isFinite(expected.mean) && Number.isFinite(expected.sd) && expected.sd >= 0,
          ).toBe(true)
      }),
    )

    it(
      'gives equal suggestions for equal arguments, whatever was asked in between',
      property((space, history, trialNumber, seed) => {
        const first = suggest(sampler, space, history, { seed, trialNumber })
        suggest(sampler, space, history, { seed, trialNumber: trialNumber + 1 })
        expect(
          suggest(sampler, structuredClone(space), structuredClone(history), { seed, trialNumber }),
        ).toEqual(first)
      }),
    )

    it(
      'leaves its arguments as they were',
      property((space, history, trialNumber, seed) => {
        const before = structuredClone([space, history])
        suggest(sampler, deepFreeze(space), deepFreeze(history), deepFreeze({ seed, trialNumber }))
        expect([space, history]).toEqual(before)
      }),
    )

    it(
      'suggests values that survive JSON',
      property((space, history, trialNumber, seed) => {
        const suggestion = suggest(sampler, space, history, { seed, trialNumber })
        expect(JSON.parse(JSON.stringify(suggestion))).toEqual(suggestion)
      }),
    )

    const x: Space = [{ kind: 'float', name: 'x', low: 0, high: 1, scale: 'linear' }]
    const small: Space = [
      { kind: 'int', name: 'batchSize', low: 1, high: 4, scale: 'log' },
      { kind: 'categorical', name: 'schedule', choices: ['constant', 'cosine', 'linear'] },
    ]

    it('visits every configuration of a small space once, whatever comes of them, then says that it is exhausted', () => {
      for (const outcome of [equal, failed, exploding, running]) {
        const { history, end } = play(sampler, small, 20, outcome)
        expect(new Set(begun(history).map(params => configurationKey(small, params))).size).toBe(12)
        expect(end).toEqual({ kind: 'exhausted', reason: 'space exhausted, 12 of 12' })
      }
    })

    it('goes on when all trials fail, and when all are equal', () => {
      for (const outcome of [equal, failed]) {
        const { history, end } = play(sampler, x, 4, outcome)
        expect(new Set(begun(history).map(params => configurationKey(x, params))).size).toBe(4)
        expect(end).toBeUndefined()
      }
    })

    it('asks for one configuration of a space that has only one', () => {
      const point: Space = [
        { kind: 'float', name: 'x', low: 0.5, high: 0.5, scale: 'linear' },
        { kind: 'categorical', name: 'y', choices: [true] },
      ]
      const { history, end } = play(sampler, point, 2, equal)
      expect(begun(history)).toEqual([{ x: 0.5, y: true }])
      expect(end).toEqual({ kind: 'exhausted', reason: 'space exhausted, 1 of 1' })
    })
  })
}

type Outcome = (history: Outcomes, params: Params, number: number) => Outcomes

const equal: Outcome = (history, params) => ({
  ...history,
  observed: [...history.observed, { params, loss: 1 }],
})
const failed: Outcome = (history, params) => ({ ...history, failed: [...history.failed, params] })
const running: Outcome = (history, params) => ({
  ...history,
  pending: [...history.pending, params],
})
const exploding: Outcome = (history, params, number) => ({
  ...history,
  observed: [...history.observed, { params, loss: 10 ** (((number * 50) % 601) - 300) }],
})

function play(
  sampler: Sampler,
  space: Space,
  most: number,
  outcome: Outcome,
): { history: Outcomes; end: Suggestion | undefined } {
  let history = EMPTY
  for (let trialNumber = 0; trialNumber < most; trialNumber++) {
    const suggestion = suggest(sampler, space, history, { seed: 3, trialNumber })
    if (suggestion.kind === 'exhausted') return { history, end: suggestion }
    history = outcome(history, suggestion.params, trialNumber)
  }
  return { history, end: undefined }
}

/**
 * Mixed pasts of up to a dozen trials: none at all, all failed, ties, losses of any size, and two
 * objectives among them.
 */
function histories(space: Space): fc.Arbitrary<Outcomes> {
  const points = fc.nat().map(key => pointAt(space, key))
  const sizes = fc.integer({ min: -300, max: 300 }).map(exponent => 10 ** exponent)
  const losses = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    sizes,
    fc.constantFrom(0, 1, 1),
    fc.double({ min: 0, max: 10, noNaN: true }),
  )
  const observations = fc.array(fc.record({ params: points, loss: losses }), { maxLength: 12 })
  const several = fc.array(fc.record({ params: points, losses: fc.tuple(losses, losses) }), {
    maxLength: 12,
  })
  return fc.record({
    observed: fc.oneof(
      { weight: 3, arbitrary: observations },
      several.map(observed => observed.map(one => ({ ...one, loss: one.losses[0] }))),
    ),
    pending: fc.array(points, { maxLength: 4 }),
    failed: fc.array(points, { maxLength: 4 }),
  })
}

/** The last parameter exists under the first value of the first one, where that is one of few. */
export function conditioned(space: Space): Space {
  const [first] = space
  if (!first || space.length < 2 || first.kind === 'float') return space
  const when = { name: first.name, is: [first.kind === 'int' ? first.low : first.choices[0]!] }
  return space.map((parameter, i) => (i === space.length - 1 ? { ...parameter, when } : parameter))
}

export function pointAt(space: Space, key: number): Params {
  const uniform = keyedUniform([key])
  return canonical(
    space,
    paramsAt(
      space,
      space.map(() => uniform()),
    ),
  )
}

export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null)
    Object.values(Object.freeze(value)).forEach(deepFreeze)
  return value
}
