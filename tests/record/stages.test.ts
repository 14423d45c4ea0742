import { describe, expect, it } from 'vitest'
import { decodeTrial } from '../../src/record/decode.js'
import { endStage, stageStatesAt, openStage, stagesGiven } from '../../src/record/stages.js'
import { type RunningTrial, type Stage, type TrialRecord } from '../../src/record/trial.js'
import { finish, resume, pause, start } from '../../src/record/transitions.js'

const rationale = { method: 'epoch-aware', text: 'it promises most', expected: null }
const stageOf = (step: number, until: number): Stage => ({
  step,
  until,
  remaining: 40,
  rationale,
})
const begun = (number: number, stage: Stage): RunningTrial =>
  start(
    {
      number,
      params: { epochs: 10 },
      basis: { finished: [], running: [] },
      leader: number,
      rationale,
      stages: [stage],
      state: 'waiting',
    },
    { attempt: 1, startedAt: '2026-01-01T00:00:00.000Z', device: 'cpu' },
  )
const ended = (trial: RunningTrial, epochs: number, step: number): RunningTrial => ({
  ...trial,
  stages: endStage(trial.stages!, epochs, step),
})
const so = { seconds: 3, epochsRun: 3, objective: 1.5, bestEpoch: 2 }

/**
 * Steps: 0 begins trial 0 to epoch 3, 1 begins trial 1 to its end; then trial 0 pauses; 2 has it go
 * on to epoch 6; then trial 1 ends.
 */
const first = resume(pause(ended(begun(0, stageOf(0, 3)), 3, 2), so), stageOf(2, 6))
const second = finish(ended(begun(1, stageOf(1, 10)), 10, 3), {
  state: 'complete',
  objective: 1,
  bestEpoch: 9,
  stop: { kind: 'budget' },
  verdict: { kind: 'plateau', reason: '', bestEpoch: 9, confidence: 1 },
  endedAt: '2026-01-01T00:01:00.000Z',
  seconds: 10,
  epochsRun: 10,
})
const trials: readonly TrialRecord[] = [first, second]

describe('what a decision knew', () => {
  it('is what had been told by then, whatever has happened since', () => {
    expect(stageStatesAt(trials, 0)).toEqual([])
    expect(stageStatesAt(trials, 1)).toEqual([
      { number: 0, state: 'running', epochs: 0, target: 3 },
    ])
    expect(stageStatesAt(trials, 2)).toEqual([
      { number: 0, state: 'paused', epochs: 3 },
      { number: 1, state: 'running', epochs: 0, target: 10 },
    ])
    expect(stagesGiven(trials)).toBe(3)
    expect(stageStatesAt(trials)).toEqual([
      { number: 0, state: 'running', epochs: 3, target: 6 },
      { number: 1, state: 'ended', epochs: 10 },
    ])
  })

  it('has a trial that was left as paused until it was left', () => {
    const again = pause(ended(first, 6, 3), { ...so, epochsRun: 6 })
    const left = finish(
      { ...again, stages: endStage(again.stages!, 6, 3) },
      {
        state: 'pruned',
        prune: { kind: 'rung', epoch: 6, value: 2, threshold: 1, reason: 'it lags' },
        endedAt: '2026-01-01T00:02:00.000Z',
        seconds: 6,
        epochsRun: 6,
      },
    )
    expect(left.stages!.at(-1)!.end).toEqual({ epochs: 6, step: 3, finishedStep: 3 })
    expect(stageStatesAt([left], 2)).toEqual([{ number: 0, state: 'paused', epochs: 3 }])
    expect(stageStatesAt([left], 3)).toEqual([{ number: 0, state: 'ended', epochs: 6 }])
  })
})

it('a trial is in a stage while that has no end', () => {
  expect(openStage(first)).toMatchObject({ until: 6 })
  expect(openStage(second)).toBeUndefined()
})

it('paused and staged trials come back from disk as they were written', () => {
  const paused = pause(ended(begun(0, stageOf(0, 3)), 3, 1), so)
  for (const trial of [first, second, paused])
    expect(decodeTrial(JSON.parse(JSON.stringify(trial)), 'trial')).toEqual(trial)
  expect(() => decodeTrial({ ...paused, objective: null }, 'trial 0')).toThrow(/objective/)
})
