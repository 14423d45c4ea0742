import { describe, expect, it } from 'vitest'
import { type TrialRecord, type WaitingTrial } from '../../src/record/trial.js'
import { finish, start } from '../../src/record/transitions.js'
import { studyNoise, smoothCurve } from '../../src/math/curve-smoother.js'
import { keyedUniform } from '../../src/math/random.js'
import { samplerCurves } from '../../src/search/sampler-curves.js'
import { evaluated, failed, pending } from '../../src/search/contract/trial-outcomes.js'
import { begun, type Outcomes } from './outcomes.js'

/** The outcomes that a sampler reads off the curves. */
function outcomesOf(...args: Parameters<typeof samplerCurves>): Outcomes {
  const curves = samplerCurves(...args)
  return {
    observed: evaluated(curves).map(({ trial: _, state: __, losses: ___, ...one }) => one),
    pending: pending(curves),
    failed: failed(curves),
  }
}

const at = '2026-01-01T00:00:00.000Z'
const waiting = (number: number): WaitingTrial => ({
  state: 'waiting',
  number,
  params: { x: number },
  basis: { finished: [], running: [] },
  leader: number,
  rationale: null,
})
const running = (number: number) =>
  start(waiting(number), { attempt: 1, startedAt: at, device: 'cpu' })
const facts = { endedAt: at, seconds: 1, epochsRun: 3 }
const verdict = { kind: 'plateau', reason: 'flat', bestEpoch: 3, confidence: 1 } as const

const trials: TrialRecord[] = [
  finish(running(0), {
    ...facts,
    state: 'complete',
    objective: 0.8,
    bestEpoch: 3,
    stop: { kind: 'budget' },
    verdict,
  }),
  finish(running(1), {
    ...facts,
    state: 'pruned',
    prune: { kind: 'median', epoch: 1, value: 0.2, threshold: 0.5, reason: 'below the median' },
  }),
  finish(running(2), {
    ...facts,
    state: 'failed',
    failure: { kind: 'crashed', message: 'power cut' },
  }),
  running(3),
  waiting(4),
]

it('gives each state its own place, and turns accuracy into a loss', () => {
  expect(outcomesOf(trials, { direction: 'maximize' })).toEqual({
    observed: [
      { params: { x: 0 }, loss: -0.8 },
      { params: { x: 1 }, loss: -0.2 },
    ],
    pending: [{ x: 3 }, { x: 4 }],
    failed: [{ x: 2 }],
  })
})

it('counts a trial as asked for, whatever became of it', () => {
  expect(begun(outcomesOf(trials, { direction: 'minimize' }))).toHaveLength(5)
})

describe('what curves tell', () => {
  const uniform = keyedUniform([4])
  const quiet = Array.from({ length: 20 }, (_, i) => 1 + 1 / (i + 1))
  const noisy = () => quiet.map(loss => loss * (1 + 0.05 * (uniform() - 0.5)))
  const complete = (number: number, curve: readonly number[], repeatOf?: number) =>
    finish(
      start(
        {
          ...waiting(number),
          ...(repeatOf === undefined ? {} : { params: { x: repeatOf }, repeatOf }),
        },
        { attempt: 1, startedAt: at, device: 'cpu' },
      ),
      {
        ...facts,
        state: 'complete',
        objective: Math.min(...curve),
        bestEpoch: curve.indexOf(Math.min(...curve)) + 1,
        stop: { kind: 'budget' },
        verdict,
      },
    )
  const told = (
    curves: readonly (readonly number[])[],
    rest: { scoreEpoch?: 'best' | 'last' } = {},
    repeatOf?: number,
  ) =>
    outcomesOf(
      curves.map((curve, i) => complete(i, curve, i > 0 ? repeatOf : undefined)),
      { direction: 'minimize', ...rest },
      new Map(curves.entries()),
    ).observed

  it('is the lowest loss as it was measured where curves are quiet', () => {
    expect(told([quiet, quiet])).toEqual(
      [0, 1].map(x => ({ params: { x }, loss: Math.min(...quiet) })),
    )
  })

  it('is that of the smoothed curve, and how far it may be off, where they are noisy', () => {
    const curves = [noisy(), noisy()]
    const observed = told(curves)
    observed.forEach(({ loss, noise }, i) => {
      expect(loss).toBe(Math.min(...smoothCurve(curves[i]!, studyNoise(curves))))
      expect(noise! / loss).toBeGreaterThan(0.005)
      expect(noise! / loss).toBeLessThan(0.03)
    })
    expect(told(curves, { scoreEpoch: 'last' }).map(({ loss }) => loss)).toEqual(
      curves.map(curve => smoothCurve(curve, studyNoise(curves)).at(-1)),
    )
  })

  it('takes one jagged curve among quiet ones as it is', () => {
    const jagged = noisy()
    expect(told([quiet, jagged, quiet])[1]).toEqual({
      params: { x: 1 },
      loss: Math.min(...jagged),
    })
  })

  it('is what was measured where curves are too short to tell noise from their bend', () => {
    const short = [noisy().slice(0, 8), noisy().slice(0, 8)]
    expect(told(short)).toEqual(
      short.map((curve, x) => ({ params: { x }, loss: Math.min(...curve) })),
    )
  })

  it('is less uncertain of repeats', () => {
    const curves = [noisy(), noisy()]
    const [one, other] = told(curves)
    const [both] = told(curves, {}, 0)
    expect(both!.loss).toBeCloseTo((one!.loss + other!.loss) / 2, 12)
    expect(both!.noise).toBeCloseTo(Math.hypot(one!.noise!, other!.noise!) / 2, 12)
  })

  it('is what was measured where an epoch has no value', () => {
    const gap = noisy().map((loss, i) => (i === 3 ? Number.NaN : loss))
    const objective = Math.min(...gap.filter(Number.isFinite))
    const trial = complete(0, gap.filter(Number.isFinite))
    expect(outcomesOf([trial], { direction: 'minimize' }, new Map([[0, gap]])).observed).toEqual([
      { params: { x: 0 }, loss: objective },
    ])
  })
})
