import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CompleteTrial, type PausedTrial, type TrialRecord } from '../../src/record/trial.js'
import { pause, start } from '../../src/record/transitions.js'
import { ranking as rankingOf, rankingSoFar as rankingSoFarOf } from '../../src/ranking/index.js'
import type { Direction } from '../../src/record/study.js'
import { inLeaderboardOrder, studyView } from '../../src/report/index.js'
import { studyFixture } from '../fixtures/study/study.js'

const base = studyFixture().document.trials[0] as CompleteTrial

const ranking = (trials: readonly TrialRecord[], direction: Direction) =>
  rankingOf({ trials, spec: { direction } })
const rankingSoFar = (trials: readonly TrialRecord[], direction: Direction) =>
  rankingSoFarOf({ trials, spec: { direction } })

function complete(number: number, objective: number, epochs: number): CompleteTrial {
  return { ...base, number, objective, params: { ...base.params, epochs } }
}

function paused(number: number, objective: number): PausedTrial {
  const { params, basis, rationale } = base
  const waiting = { number, params, basis, leader: number, rationale, state: 'waiting' as const }
  return pause(start(waiting, { attempt: 1, startedAt: '', device: 'cpu' }), {
    seconds: 3,
    epochsRun: 3,
    objective,
    bestEpoch: 2,
  })
}

describe('ranking', () => {
  it('is by objective, then fewer epochs, then the earlier trial', () => {
    const trials = [
      complete(0, 1.5, 4),
      complete(1, 1.2, 8),
      complete(2, 1.2, 4),
      complete(3, 1.2, 4),
    ]
    expect(ranking(trials, 'minimize').map(({ number }) => number)).toEqual([2, 3, 1, 0])
    expect(ranking(trials, 'maximize').map(({ number }) => number)).toEqual([0, 2, 3, 1])
  })

  it('does not depend on the order that it is given', () => {
    const trial = fc.tuple(fc.constantFrom(1, 1.5, 2), fc.integer({ min: 1, max: 3 }))
    fc.assert(
      fc.property(
        fc.array(trial, { maxLength: 12 }),
        fc.infiniteStream(fc.nat()),
        (facts, keys) => {
          const trials = facts.map(([objective, epochs], number) =>
            complete(number, objective, epochs),
          )
          const shuffled = trials
            .map(it => ({ it, key: keys.next().value as number }))
            .sort((a, b) => a.key - b.key)
            .map(({ it }) => it)
          expect(ranking(shuffled, 'minimize')).toEqual(ranking(trials, 'minimize'))
        },
      ),
    )
  })

  it('has paused trials among the complete ones while a study runs', () => {
    const trials = [complete(0, 1.5, 4), paused(1, 1.2), complete(2, 1.3, 4)]
    expect(rankingSoFar(trials, 'minimize').map(({ number }) => number)).toEqual([1, 2, 0])
    expect(ranking(trials, 'minimize').map(({ number }) => number)).toEqual([2, 0])
  })

  it('leaves out whatever is not complete', () => {
    expect(
      ranking(studyFixture().document.trials, 'minimize').every(
        ({ state }) => state === 'complete',
      ),
    ).toBe(true)
  })
})

it('a leaderboard goes from ranked trials over those at work to pruned and failed ones', () => {
  const states = inLeaderboardOrder(studyView(studyFixture()).trials).map(
    ({ state }): TrialRecord['state'] => state,
  )
  expect([...new Set(states)]).toEqual(['complete', 'running', 'pruned', 'failed'])
  expect(states).toHaveLength(14)
})
