import { describe, expect, it } from 'vitest'
import { keyedUniform } from '../../src/math/random.js'
import {
  currentEstimates,
  isBestSoFar,
  trainingsToKeep,
  TOP_TRIALS,
  ranking,
  winner,
  winningEpoch,
  type Rankable,
  type SearchFacts,
} from '../../src/ranking/index.js'
import type { Curve } from '../../src/record/curve.js'
import type { CompleteTrial } from '../../src/record/trial.js'
import type { Space } from '../../src/space/parameter.js'
import { studyFixture } from '../fixtures/study/study.js'
import { noisy, normalsOf } from '../overfit/histories.js'

const space: Space = [
  { name: 'lr', kind: 'float', low: 1e-4, high: 1, scale: 'log' },
  { name: 'width', kind: 'float', low: 0, high: 1, scale: 'linear' },
]
const facts: SearchFacts = { space, seed: 1, stagedEpochs: null }
/** A bowl with its lowest point at lr = 0.01 and width = 0.5. */
const bowl = (lr: number, width: number) =>
  1 + 0.08 * (Math.log10(lr) + 2) ** 2 + 0.3 * (width - 0.5) ** 2

function trialsOf(count: number, epochs: number, noise: number, seed: number): Curve[] {
  const uniform = keyedUniform([seed, 1])
  const normal = normalsOf(seed)
  return Array.from({ length: count }, (_, trial): Curve => {
    const params = { lr: 10 ** (-4 * uniform()), width: uniform() }
    const end = bowl(params.lr, params.width)
    const clean = Array.from({ length: epochs }, (_, i) => end * (1 + 1 / (i + 1) ** 2))
    return { trial, params, state: 'complete', losses: noisy(clean, noise, normal) }
  })
}
const truth = ({ params }: Curve) => bowl(Number(params['lr']), Number(params['width']))
const lowest = (trials: readonly Curve[]) =>
  trials.reduce((a, b, i) => (Math.min(...b.losses) < Math.min(...trials[a]!.losses) ? i : a), 0)

describe('who wins', () => {
  it.each([null, 30])('is nearer to the best than the luckiest is, stages to %s', stagedEpochs => {
    const regrets = Array.from({ length: 12 }, (_, seed) => {
      const trials = trialsOf(30, 30, 0.04, seed)
      const best = Math.min(...trials.map(truth))
      const chosen = winningEpoch(trials, { ...facts, stagedEpochs })!.trial
      return [truth(trials[chosen]!) - best, truth(trials[lowest(trials)]!) - best] as const
    })
    const sum = (index: 0 | 1) => regrets.reduce((total, pair) => total + pair[index], 0)
    expect(sum(0)).toBeLessThan(sum(1))
  })

  it.each([
    ['short curves', 30, 10, 0.04],
    ['quiet curves', 30, 30, 1e-4],
  ])('is the lowest measurement: %s', (_, count, epochs, noise) => {
    for (let seed = 0; seed < 5; seed++) {
      const trials = trialsOf(count, epochs, noise, seed)
      const trial = lowest(trials)
      const losses = trials[trial]!.losses
      const epoch = losses.indexOf(Math.min(...losses)) + 1
      expect(winningEpoch(trials, facts)).toEqual({ trial, epoch })
    }
  })

  it('is the lowest smoothed value of fewer than four trials', () => {
    const trials = trialsOf(3, 30, 0.04, 2)
    const first = winningEpoch(trials, facts)!
    expect(winningEpoch(trials, { ...facts, stagedEpochs: 30 })).toEqual(first)
  })

  it('is the lowest smoothed value where a top trial is outside the space', () => {
    const trials = trialsOf(6, 30, 0.04, 3)
    const outside = trials.map(trial => ({ ...trial, params: { lr: 5, width: 2 } }))
    expect(winningEpoch(outside, facts)).toBeDefined()
    expect(winningEpoch([], facts)).toBeUndefined()
    expect(
      winningEpoch([{ ...trials[0]!, params: {}, losses: [Number.NaN] }], facts),
    ).toBeUndefined()
  })

  it('counts the last epoch where the study does', () => {
    const trials = trialsOf(10, 30, 0.02, 4)
    expect(winningEpoch(trials, { ...facts, scoreEpoch: 'last' })!.epoch).toBe(30)
  })
})

const base = studyFixture().document.trials[0] as CompleteTrial
const trial = (number: number, objective: number, more: Partial<CompleteTrial> = {}) => ({
  ...base,
  number,
  leader: number,
  objective,
  ...more,
})
const study = (trials: readonly CompleteTrial[], more: Partial<Rankable> = {}): Rankable => ({
  trials,
  spec: { direction: 'minimize' },
  ...more,
})

describe('the ranking of records', () => {
  const smoothed = (objective: number, bestMeasured: number) => ({
    smoothed: { objective, bestMeasured },
  })

  it('is by the smoothed value where a trial has one', () => {
    const trials = [trial(0, 1.1), trial(1, 1.0, smoothed(1.2, 0.9))]
    expect(winner(study(trials))!.number).toBe(0)
  })

  it('is by what the model expects of the first trials, for as long as no trial has completed since', () => {
    const trials = [trial(0, 1.1), trial(1, 1.2), trial(2, 1.3)]
    const estimates = {
      complete: 3,
      trials: [
        { trial: 0, objective: 1.25 },
        { trial: 1, objective: 1.22 },
      ],
    }
    const document = study(trials, { estimates })
    expect(ranking(document).map(({ number }) => number)).toEqual([1, 0, 2])
    expect(currentEstimates(study([...trials, trial(3, 1)], { estimates }))).toBeUndefined()
    expect(winner(study([...trials, trial(3, 1)], { estimates }))!.number).toBe(3)
  })

  it('ranks repeats by the mean of their values', () => {
    const trials = [
      trial(0, 1.0),
      trial(1, 1.6, { repeatOf: 0 }),
      trial(2, 1.3, smoothed(1.2, 1.1)),
      trial(3, 1.3, { repeatOf: 2 }),
    ]
    expect(ranking(study(trials)).map(({ number }) => number)).toEqual([2, 3, 0, 1])
  })

  it('has the best so far, and the trainings that are kept, without sorting all', () => {
    const uniform = keyedUniform([5])
    const trials = Array.from({ length: 200 }, (_, number) =>
      trial(number, uniform(), {
        leader: Math.floor(number / 3) * 3,
        ...(number % 7 === 0 && number > 0 ? { repeatOf: number - 1 } : {}),
      }),
    )
    const document = study(trials)
    const first = ranking(document)
    expect(isBestSoFar(first[0]!.number, document)).toBe(true)
    expect(isBestSoFar(first[1]!.number, document)).toBe(false)
    const kept = trainingsToKeep(document, TOP_TRIALS)
    expect(kept.size).toBe(TOP_TRIALS)
    expect(kept).toContain(first[0]!.leader)
  })
})
