import { describe, expect, it } from 'vitest'
import { isFinished, type CompleteTrial } from '../../src/record/trial.js'
import { studySummary, studyView } from '../../src/report/index.js'
import { emptyStudyFixture, studyFixture } from '../fixtures/study/study.js'

const facts = studyFixture()
const view = studyView(facts)

describe('a study view', () => {
  it('has the documented shape', () => {
    expect(view).toMatchObject({
      name: 'support-assistant',
      state: 'running',
      sampler: 'bayesian',
      seed: 7,
      live: true,
    })
    expect(view.space.map(({ name }) => name)).toEqual(['learningRate', 'batchSize', 'epochs'])
    expect(view.trials).toHaveLength(14)
    const trial = view.trials[3]!
    expect(trial).toMatchObject({
      number: 3,
      state: 'complete',
      params: { learningRate: 1.9e-3, batchSize: 8, epochs: 18 },
      device: 'cpu',
      epochsRun: 11,
    })
    expect(trial.epochs.map(epoch => Object.keys(epoch))).toEqual(
      Array(11).fill(['epoch', 'loss', 'valLoss']),
    )
    expect(trial.verdict).toEqual({
      kind: 'overfit',
      reason: expect.stringContaining('best epoch 7') as string,
    })
    expect(view.probes[0]).toEqual({
      prompt: 'Who are you?',
      before: expect.any(String) as string,
      after: null,
    })
  })

  it('survives JSON unchanged', () => {
    expect(JSON.parse(JSON.stringify(view))).toEqual(view)
    expect(JSON.parse(JSON.stringify(studySummary(view)))).toEqual(studySummary(view))
  })

  it('takes the best trial by its best epoch, and says what it gained over the untouched model', () => {
    const complete = facts.document.trials.filter(
      (trial): trial is CompleteTrial => trial.state === 'complete',
    )
    const lowest = Math.min(...complete.map(({ objective }) => objective))
    expect(view.best).toMatchObject({ number: 9, valLoss: lowest, perplexity: Math.exp(lowest) })
    expect(view.best!.improvement).toBeCloseTo(4.1127 - lowest, 12)
    expect(view.start).toEqual({ valLoss: 4.1127, perplexity: Math.exp(4.1127) })
  })

  it('shows a running trial with what it has reached so far, and no rank', () => {
    const running = view.trials[12]!
    expect(running).toMatchObject({
      state: 'running',
      rank: null,
      verdict: null,
      epochsRun: 7,
      reason: '7 of 19 epochs done',
    })
    expect(running.valLoss).toBe(Math.min(...running.epochs.map(({ valLoss }) => valLoss!)))
  })

  it('says why a trial failed or was pruned', () => {
    expect(view.trials[8]).toMatchObject({
      state: 'failed',
      failure: 'out-of-memory',
      verdict: null,
    })
    expect(view.trials[8]!.reason).toContain('ran out of memory on cpu')
    expect(view.trials[2]).toMatchObject({ failure: 'diverged', verdict: { kind: 'diverged' } })
    expect(view.trials[7]!.reason).toContain('median')
  })

  it('has the rationale of each trial', () => {
    expect(view.trials[0]!.rationale).toBe('an opening point, spread evenly over the space')
    expect(view.trials[5]!.rationale).toBe(
      'proposed by bayesian search from the results of trials 0–2, with 4 still running',
    )
  })

  it('lists the trials that overfitted, best first, in the verdict’s own words', () => {
    const ranks = view.overfitted.map(({ number }) => view.trials[number]!.rank!)
    expect(view.overfitted.map(({ number }) => number).sort((a, b) => a - b)).toEqual([3, 5, 11])
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b))
    for (const { number, reason, bestEpoch } of view.overfitted) {
      expect(view.trials[number]).toMatchObject({ bestEpoch, verdict: { reason } })
    }
  })

  it('of a study without trials has nothing, and says so by null', () => {
    expect(studyView(emptyStudyFixture())).toMatchObject({
      trials: [],
      best: null,
      start: null,
      export: null,
      overfitted: [],
      progress: { finished: 0, running: 0, total: 14, secondsLeft: null },
    })
  })

  it('turns a loss that was no number into null', () => {
    const epochs = new Map(facts.epochs).set(2, [
      { epoch: 1, loss: NaN, valLoss: Infinity, learningRate: 1, tokens: 1, seconds: 1 },
    ])
    expect(studyView({ ...facts, epochs }).trials[2]).toMatchObject({
      epochs: [{ epoch: 1, loss: null, valLoss: null }],
      bestEpoch: null,
      valLoss: null,
      perplexity: null,
    })
  })
})

describe('time left', () => {
  it('is what the trials ahead cost if they cost what the finished ones did, over the slots', () => {
    const finished = facts.document.trials.filter(isFinished)
    const each = finished.reduce((sum, { seconds }) => sum + seconds, 0) / finished.length
    const spent = view.trials
      .filter(({ state }) => state === 'running')
      .map(({ seconds }) => seconds)
    const ahead = spent.reduce((sum, seconds) => sum + Math.max(0, each - seconds), 0)
    expect(view.progress).toMatchObject({ finished: 12, running: 2, total: 14 })
    expect(view.progress.secondsLeft).toBeCloseTo(ahead / 2, 9)
  })

  it('is unknown when nobody is at work', () => {
    expect(studyView({ ...facts, live: false }).progress.secondsLeft).toBeNull()
  })
})

describe('trials that share a training', () => {
  const leader = facts.document.trials[9] as CompleteTrial
  const followed = facts.epochs.get(9)!
  const follower: CompleteTrial = {
    ...leader,
    number: 14,
    params: { ...leader.params, epochs: 5 },
    leader: 9,
    epochsRun: 5,
    bestEpoch: 5,
    objective: followed[4]!.valLoss,
    seconds: followed.slice(0, 5).reduce((sum, { seconds }) => sum + seconds, 0),
  }
  const shared = studyView({
    ...facts,
    document: { ...facts.document, trials: [...facts.document.trials, follower] },
  })

  it('show their part of its curve', () => {
    expect(shared.trials[14]!.epochs).toEqual(view.trials[9]!.epochs.slice(0, 5))
  })

  it('are counted as saved, and not as time spent', () => {
    expect(shared.saved).toEqual({ trials: 1, epochs: 5, seconds: follower.seconds })
    expect(view.saved).toEqual({ trials: 0, epochs: 0, seconds: 0 })
    expect(shared.progress.secondsLeft!).toBeLessThan(view.progress.secondsLeft!)
  })
})
