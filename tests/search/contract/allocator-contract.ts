import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Curve } from '../../../src/record/curve.js'
import { configurationKey } from '../../../src/space/configurations.js'
import type {
  Allocation,
  AllocationRequest,
  Allocator,
} from '../../../src/search/contract/allocator.js'
import { keeps } from '../../../src/space/constraint.js'
import { contains, type Params, type Space } from '../../../src/space/parameter.js'
import { spaces } from '../../space/arbitraries.js'
import { conditioned, deepFreeze, pointAt } from './sampler-contract.js'

const RUNS = { numRuns: 25 }

interface Situation {
  readonly space: Space
  readonly trials: readonly Curve[]
  readonly request: AllocationRequest
}

/** What every allocator owes the study manager, whatever its method. */
export function allocatorContract(name: string, allocator: Allocator): void {
  describe(`${name} keeps the allocator contract`, () => {
    const situations: fc.Arbitrary<Situation> = fc
      .tuple(spaces.map(conditioned), fc.integer({ min: 1, max: 30 }))
      .chain(([space, maxEpochs]) =>
        fc.record({
          space: fc.constant(space),
          trials: pasts(space, maxEpochs),
          request: requests(maxEpochs),
        }),
      )
    const property = (check: (situation: Situation) => void) => () =>
      fc.assert(fc.property(situations, check), RUNS)

    it(
      'starts a point of the space that was never begun, goes on with a paused trial, or says why it stops',
      property(({ space, trials, request }) => {
        const allocation = allocator.allocate(space, trials, request)
        if (allocation.kind === 'exhausted') expect(allocation.reason).toMatch(/\w/)
        else if (allocation.kind === 'resume')
          expect(trials[allocation.trial]!.state).toBe('paused')
        else {
          expect(contains(space, allocation.params)).toBe(true)
          expect(trials.map(({ params }) => configurationKey(space, params))).not.toContain(
            configurationKey(space, allocation.params),
          )
        }
      }),
    )

    it(
      'gives at least one epoch, no more than a trial can have, and none that the study has not',
      property(({ space, trials, request }) => {
        const allocation = allocator.allocate(space, trials, request)
        if (allocation.kind === 'exhausted') return
        const had = allocation.kind === 'resume' ? trials[allocation.trial]!.losses.length : 0
        expect(Number.isInteger(allocation.epochs)).toBe(true)
        expect(allocation.epochs).toBeGreaterThan(had)
        expect(allocation.epochs).toBeLessThanOrEqual(request.maxEpochs)
        // The first looks are run to their end, whatever is left: the study sees to the rest.
        if (request.remaining !== undefined && trials.length >= 4)
          expect(allocation.epochs - had).toBeLessThanOrEqual(request.remaining)
      }),
    )

    it(
      'decides the same from equal arguments, whatever was asked in between, and leaves them as they were',
      property(({ space, trials, request }) => {
        const before = structuredClone([space, trials, request])
        const first = allocator.allocate(deepFreeze(space), deepFreeze(trials), deepFreeze(request))
        allocator.allocate(space, trials, { ...request, step: request.step + 1 })
        expect([space, trials, request]).toEqual(before)
        expect(
          allocator.allocate(
            structuredClone(space),
            structuredClone(trials),
            structuredClone(request),
          ),
        ).toEqual(first)
      }),
    )

    it(
      'says what survives JSON, and why in words',
      property(({ space, trials, request }) => {
        const allocation = allocator.allocate(space, trials, request)
        expect(JSON.parse(JSON.stringify(allocation))).toEqual(allocation)
        if (allocation.kind === 'exhausted') return
        expect(allocation.rationale.method).not.toBe('')
        expect(allocation.rationale.text).not.toMatch(/NaN|Infinity|undefined/)
        if (allocation.rationale.expected)
          expect(
            Number.isFinite(allocation.rationale.expected.mean) &&
              Number.isFinite(allocation.rationale.expected.sd) &&
              allocation.rationale.expected.sd >= 0,
          ).toBe(true)
      }),
    )

    it('starts nothing that breaks a constraint', () => {
      const space: Space = [
        { kind: 'float', name: 'learningRate', low: 1e-5, high: 1, scale: 'log' },
        { kind: 'int', name: 'batchSize', low: 1, high: 64, scale: 'log' },
      ]
      const constraints = ['batchSize * learningRate <= 0.05']
      fc.assert(
        fc.property(pasts(space, 9), requests(9), (trials, request) => {
          const allocation = allocator.allocate(space, trials, { ...request, constraints })
          if (allocation.kind === 'start') expect(keeps(constraints, allocation.params)).toBe(true)
        }),
        RUNS,
      )
    })

    it('brings every configuration of a small space to its end, whatever comes of them, then stops', () => {
      const small: Space = [
        { kind: 'int', name: 'batchSize', low: 1, high: 3, scale: 'log' },
        { kind: 'categorical', name: 'schedule', choices: ['constant', 'cosine'] },
      ]
      for (const outcome of OUTCOMES) {
        const { trials, end } = play(allocator, small, 60, outcome)
        expect(new Set(trials.map(({ params }) => configurationKey(small, params))).size).toBe(6)
        expect(trials.every(({ state }) => state === 'complete' || state === 'failed')).toBe(true)
        expect(end).toMatchObject({ kind: 'exhausted' })
      }
    })

    it('begins the one configuration of a space that has only one', () => {
      const point: Space = [{ kind: 'float', name: 'x', low: 0.5, high: 0.5, scale: 'linear' }]
      const { trials, end } = play(allocator, point, 10, () => 1)
      expect(trials.map(({ params }) => params)).toEqual([{ x: 0.5 }])
      expect(end).toMatchObject({ kind: 'exhausted' })
    })

    it('goes on when all trials fail, and when all are equal', () => {
      const line: Space = [{ kind: 'float', name: 'x', low: 0, high: 1, scale: 'linear' }]
      for (const outcome of [() => 1, () => null]) {
        const { trials, end } = play(allocator, line, 8, outcome)
        expect(new Set(trials.map(({ params }) => configurationKey(line, params))).size).toBe(
          trials.length,
        )
        expect(end).toBeUndefined()
      }
    })
  })
}

/** The loss after an epoch of the trial begun as the n-th; null where it fails. */
type Outcome = (n: number, epoch: number) => number | null

const OUTCOMES: readonly Outcome[] = [
  () => 1,
  () => null,
  n => 10 ** (((n * 250) % 601) - 300),
  (n, epoch) => (n % 2 ? null : n + 1 / epoch),
  (n, epoch) => -n * epoch,
]

const MOST = 9

function play(
  allocator: Allocator,
  space: Space,
  steps: number,
  outcome: Outcome,
): { readonly trials: readonly Curve[]; readonly end: Allocation | undefined } {
  const trials: Curve[] = []
  for (let step = 0; step < steps; step++) {
    const allocation = allocator.allocate(space, trials, { seed: 2, step, maxEpochs: MOST })
    if (allocation.kind === 'exhausted') return { trials, end: allocation }
    const n = allocation.kind === 'start' ? trials.length : allocation.trial
    const params: Params = allocation.kind === 'start' ? allocation.params : trials[n]!.params
    const curve = Array.from({ length: allocation.epochs }, (_, i) => outcome(n, i + 1))
    trials[n] = curve.includes(null)
      ? { trial: n, params, losses: [], state: 'failed' }
      : {
          trial: n,
          params,
          losses: curve.map(Number),
          state: curve.length < MOST ? 'paused' : 'complete',
        }
  }
  return { trials, end: undefined }
}

/** Up to ten trials in all states, with losses of any size. */
function pasts(space: Space, maxEpochs: number): fc.Arbitrary<Curve[]> {
  const losses = fc.oneof(
    fc.integer({ min: -300, max: 300 }).map(exponent => 10 ** exponent),
    fc.constantFrom(0, 1, -1),
    fc.double({ min: 0, max: 10, noNaN: true }),
  )
  const curves = (least: number, most: number) =>
    fc.array(losses, { minLength: Math.min(least, most), maxLength: most })
  const ended = fc.record({
    state: fc.constantFrom('complete' as const, 'failed' as const),
    losses: curves(1, maxEpochs),
  })
  const running = curves(0, maxEpochs - 1).chain(losses =>
    fc
      .integer({ min: losses.length + 1, max: maxEpochs })
      .map(target => ({ state: 'running' as const, losses, target })),
  )
  const paused = curves(1, maxEpochs - 1).map(losses => ({ state: 'paused' as const, losses }))
  const one = maxEpochs > 1 ? fc.oneof(ended, running, paused) : fc.oneof(ended, running)
  const keyed = fc
    .tuple(
      fc.nat().map(key => pointAt(space, key)),
      one,
    )
    .map(([params, curve]): Curve => ({ trial: 0, params, ...curve }))
  return fc
    .uniqueArray(keyed, {
      maxLength: 10,
      selector: ({ params }) => configurationKey(space, params),
    })
    .map(curves => curves.map((curve, trial) => ({ ...curve, trial })))
}

function requests(maxEpochs: number): fc.Arbitrary<AllocationRequest> {
  return fc.record(
    {
      seed: fc.nat(),
      step: fc.nat(50),
      maxEpochs: fc.constant(maxEpochs),
      remaining: fc.integer({ min: 1, max: 100 }),
    },
    { requiredKeys: ['seed', 'step', 'maxEpochs'] },
  ) as fc.Arbitrary<AllocationRequest>
}
