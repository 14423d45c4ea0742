import { describe, expect, it } from 'vitest'
import { trialPlan } from '../../src/study/decision/plan.js'
import { studySpec } from '../../src/study/specification.js'
import { trialEnding, followerEnding } from '../../src/study/trials/outcome.js'
import { judge } from '../../src/overfit/index.js'
import type { EpochMetrics } from '../../src/record/metric.js'
import type { RunningTrial, WaitingTrial } from '../../src/record/trial.js'

const history = [3, 1, 1.5, 2].map((valLoss, i): EpochMetrics => ({
  epoch: i + 1,
  loss: 1,
  valLoss,
  learningRate: 1e-3,
  tokens: 10,
  seconds: 1,
}))
const verdict = judge({
  epochs: history,
  budget: 4,
  schedule: 'constant',
  validationTokens: null,
  startValLoss: 4,
})
const specOfScore = (scoreEpoch: 'best' | 'last', sampler = 'random') =>
  studySpec(
    's',
    {
      model: 'm',
      data: 'd',
      scoreEpoch,
      sampler,
      space: { learningRate: '1e-4..1e-2', epochs: '1..8' },
    },
    '/',
  )
const facts = { spec: specOfScore('last'), validationTokens: null, startValLoss: 4 }

describe('a trial that counts by its last epoch', () => {
  it('has that epoch’s value, and keeps its verdict', () => {
    const ending = trialEnding({ kind: 'complete', history, verdict, stop: 'budget' }, facts, 'now')
    expect(ending).toMatchObject({
      state: 'complete',
      objective: 2,
      bestEpoch: 4,
      verdict: { bestEpoch: 2 },
    })
    expect(
      trialEnding(
        { kind: 'complete', history, verdict, stop: 'budget' },
        { ...facts, spec: specOfScore('best') },
        'now',
      ),
    ).toMatchObject({ objective: 1, bestEpoch: 2 })
  })

  it('has none where its training blew up', () => {
    const blownUp = { kind: 'diverged' as const, history, epoch: 5, message: 'not a number' }
    expect(trialEnding(blownUp, facts, 'now')).toMatchObject({
      state: 'failed',
      failure: { kind: 'diverged' },
    })
    expect(trialEnding(blownUp, { ...facts, spec: specOfScore('best') }, 'now')).toMatchObject({
      state: 'complete',
      bestEpoch: 2,
    })
  })

  it('and reads its epochs off another’s training counts by the last of its own', () => {
    const asked = { basis: { finished: [], running: [] }, leader: 1, rationale: null }
    const follower: WaitingTrial = { ...asked, number: 0, params: { epochs: 3 }, state: 'waiting' }
    const leader: RunningTrial = {
      ...asked,
      number: 1,
      params: { epochs: 8 },
      state: 'running',
      attempt: 1,
      startedAt: 'then',
      device: 'cpu',
    }
    expect(followerEnding(follower, leader, history, facts, 'now')).toMatchObject({
      state: 'complete',
      objective: 1.5,
      bestEpoch: 3,
    })
  })

  it('has its epochs searched: the longest training no longer stands for the shorter ones', () => {
    expect(trialPlan(specOfScore('best'))).toMatchObject({
      epochCounts: [8],
      space: [{ name: 'learningRate' }, { name: 'batchSize' }],
    })
    expect(trialPlan(specOfScore('last')).epochCounts).toBeNull()
    expect(trialPlan(specOfScore('last')).space.map(({ name }) => name)).toContain('epochs')
    expect(trialPlan(specOfScore('last', 'grid')).epochCounts).toHaveLength(4)
  })
})
