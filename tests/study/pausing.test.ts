import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { StudyDocument } from '../../src/record/document.js'
import { stageStatesAt, stagesGiven } from '../../src/record/stages.js'
import type { StudySpec } from '../../src/record/study.js'
import type { CompleteTrial, TrialRecord } from '../../src/record/trial.js'
import { openStore } from '../../src/storage/index.js'
import { studySpec } from '../../src/study/specification.js'
import type { FinetuneDefinition } from '../../src/study/definition/schema.js'
import type { StudyEvent } from '../../src/study/index.js'
import { search } from '../../src/study/session/manager.js'
import { HostDied } from '../../src/trial/index.js'
import { fakePool, type Formula, type Mishap } from './fake-pool.js'

const EPOCHS = 10

/** Falls to the end; large learning rates fall fast and end high, so early epochs mislead. */
const slow: Formula = ({ learningRate, weightDecay }, epoch) => {
  const rate = Math.log10(Number(learningRate)) + 3
  return (
    1 +
    0.3 * rate ** 2 +
    0.2 * (Number(weightDecay) - 0.03) * (1 + rate) +
    2 * Math.exp(-0.3 * epoch * 10 ** (rate / 2))
  )
}

function study(definition: Partial<FinetuneDefinition>): StudySpec {
  const space = { epochs: EPOCHS, weightDecay: '0..0.1', warmupSteps: '0..20' }
  return studySpec(
    's',
    { model: 'm', data: 'd', trials: 8, earlyStopping: 'off', space, ...definition },
    '/',
  )
}

function documentOf(spec: StudySpec): StudyDocument {
  return {
    format: 2,
    spec,
    state: 'running',
    reason: '',
    createdAt: '2026-01-01T00:00:00.000Z',
    seconds: 0,
    preparation: null,
    trials: [],
    probes: [],
    export: null,
  }
}

async function session(
  spec: StudySpec,
  {
    mishap,
    slots = 1,
    dir = mkdtempSync(join(tmpdir(), 'tune-pausing-')),
  }: { mishap?: Mishap; slots?: number; dir?: string } = {},
) {
  const store = await openStore(dir, () => documentOf(spec))
  const pool = fakePool(slots, mishap, slow)
  const events: StudyEvent[] = []
  const controller = new AbortController()
  return {
    dir,
    store,
    pool,
    events,
    controller,
    run: () =>
      search({ store, pool, on: event => void events.push(event), signal: controller.signal }),
  }
}

const epochsOf = (trials: readonly TrialRecord[]) =>
  trials.reduce((sum, trial) => sum + ('epochsRun' in trial ? trial.epochsRun : 0), 0)
/** All but what the clock says. */
const timeless = (trials: readonly TrialRecord[]) =>
  trials.map(trial => ({ ...trial, startedAt: '', endedAt: '', attempt: 0 }))
const left = (trials: readonly TrialRecord[]) =>
  trials.filter(
    (trial): trial is CompleteTrial =>
      trial.state === 'complete' && trial.stop.kind === 'not-resumed',
  )

describe('an epoch-aware search', () => {
  it('spends the epochs of its trials on more of them, and says of each where it was left and why', async () => {
    const { run, store, pool } = await session(study({ trials: 16 }))
    expect(await run()).toEqual({
      state: 'complete',
      reason: expect.stringMatching(/^all 160 epochs are spent, on \d+ trials$/) as string,
    })
    const { trials } = store.document
    expect(pool.trained).toHaveLength(16 * EPOCHS)
    expect(epochsOf(trials)).toBe(16 * EPOCHS)
    expect(trials.length).toBeGreaterThan(16)
    expect(left(trials).length).toBeGreaterThan(0)
    for (const { stop, epochsRun } of left(trials)) {
      expect(stop).toEqual({
        kind: 'not-resumed',
        reason: expect.stringMatching(/all 160 epochs are spent/) as string,
      })
      expect(epochsRun).toBeLessThan(EPOCHS)
    }
    expect(trials[0]!.rationale!.text).toMatch(
      /; searched by epoch-aware, because 4 parameters are searched and trials can be paused/,
    )
    await store.close()
  })

  it('records each decision with what it was based on', async () => {
    const { run, store } = await session(study({}), { slots: 2 })
    await run()
    const { trials } = store.document
    const stages = trials.flatMap(({ number, stages = [] }) =>
      stages.map(stage => ({ number, ...stage })),
    )
    expect(stages.map(({ step }) => step).sort((a, b) => a - b)).toEqual(stages.map((_, i) => i))
    expect(stagesGiven(trials)).toBe(stages.length)
    for (const { step, remaining } of stages) {
      const known = stageStatesAt(trials, step)
      const given = known.reduce((sum, { epochs, target = epochs }) => sum + target, 0)
      expect(remaining).toBe(8 * EPOCHS - given)
      expect(known.filter(({ state }) => state === 'running').length).toBeLessThanOrEqual(1)
    }
    await store.close()
  })

  it('ends when no epoch is worth its cost, with the figures', async () => {
    const { run, store } = await session(
      study({ sampler: 'epoch-aware', minGainPerEpoch: 0.05, trials: 200 }),
    )
    const { reason } = await run()
    expect(reason).toMatch(
      /^another epoch is expected to gain [\d.e-]+ at most, less than minGainPerEpoch, 0.05$/,
    )
    expect(epochsOf(store.document.trials)).toBeLessThan(200 * EPOCHS)
    for (const { stop } of left(store.document.trials))
      expect(stop).toEqual({ kind: 'not-resumed', reason })
    await store.close()
  })

  it('stopped and gone on with, or killed under a training, comes to the same as an unbroken one', async () => {
    const spec = study({})
    const unbroken = await session(spec)
    await unbroken.run()

    const first = await session(spec)
    const running = first.run()
    const stop = setInterval(() => first.pool.trained.length >= 60 && first.controller.abort(), 0)
    expect(await running).toMatchObject({ state: 'stopped' })
    clearInterval(stop)
    expect(first.store.document.trials.some(({ state }) => state === 'paused')).toBe(true)
    await first.store.close()
    let told = 0
    const mishap: Mishap = () =>
      ++told === 2 ? new HostDied('cpu', 'killed', 'SIGKILL', null, false) : null
    const second = await session(spec, { dir: first.dir, mishap })
    await second.run()
    expect(told).toBeGreaterThan(2)
    expect(timeless(second.store.document.trials)).toEqual(timeless(unbroken.store.document.trials))
    await second.store.close()
    await unbroken.store.close()
  })

  it('keeps the attempt of a trial that goes on, so that an attempt more means that something died', async () => {
    const { run, store, pool } = await session(study({}))
    await run()
    expect(store.document.trials.some(({ stages = [] }) => stages.length > 1)).toBe(true)
    expect(pool.trained.every(({ attempt }) => attempt === 1)).toBe(true)
    await store.close()
  })
})

describe('a pruner', () => {
  it('of the median kind gives trials up with its numbers, by peers that had finished when they were begun', async () => {
    const { run, store, pool } = await session(
      study({ sampler: 'random', pruner: 'median(3, 2)', trials: 16 }),
      { slots: 2 },
    )
    await run()
    const { trials } = store.document
    const pruned = trials.filter(trial => trial.state === 'pruned')
    expect(pruned.length).toBeGreaterThan(0)
    for (const { number, prune, epochsRun, basis } of pruned) {
      expect(prune).toMatchObject({
        kind: 'median',
        epoch: epochsRun,
        reason: expect.stringContaining('finished trials had by then') as string,
      })
      expect(prune.value).toBeGreaterThan(prune.threshold)
      expect(pool.trained.filter(({ trial }) => trial === number)).toHaveLength(epochsRun)
      for (const { trial } of prune.peers!) expect(basis.finished).toContain(trial)
    }
    await store.close()
  })

  it.each(['asha(2, 2)', 'hyperband(2, 2)'])(
    'of %s promotes by pausing; who is held back is pruned with the numbers',
    async pruner => {
      const { run, store } = await session(study({ sampler: 'random', pruner, trials: 14 }), {
        slots: 2,
      })
      expect(await run()).toEqual({ state: 'complete', reason: 'all 14 trials have run' })
      const { trials } = store.document
      expect(trials).toHaveLength(14)
      const states = trials.map(({ state }) => state)
      expect(new Set(states)).toEqual(new Set(['complete', 'pruned']))
      for (const trial of trials) {
        if (trial.state === 'pruned')
          expect(trial.prune).toMatchObject({
            kind: 'rung',
            reason: expect.stringMatching(/number \d+ of \d+ at epoch \d+/) as string,
          })
        else expect(trial).toMatchObject({ epochsRun: EPOCHS })
      }
      expect(trials.some(({ stages = [] }) => stages.length > 1)).toBe(true)
      await store.close()
    },
  )

  it('goes on as before in another session', async () => {
    const spec = study({ sampler: 'random', pruner: 'asha(2, 2)', trials: 10 })
    const unbroken = await session(spec)
    await unbroken.run()
    const first = await session(spec)
    const running = first.run()
    const stop = setInterval(() => first.pool.trained.length >= 15 && first.controller.abort(), 0)
    await running
    clearInterval(stop)
    await first.store.close()
    const second = await session(spec, { dir: first.dir })
    await second.run()
    expect(timeless(second.store.document.trials)).toEqual(timeless(unbroken.store.document.trials))
    await second.store.close()
    await unbroken.store.close()
  })
})

describe('what excludes each other is refused', () => {
  it.each([
    [{ sampler: 'epoch-aware', pruner: 'asha' }, /which decides who goes on/],
    [
      { sampler: 'epoch-aware', space: { epochs: '2..8' }, training: { schedule: 'cosine' } },
      /needs the same most epochs/,
    ],
    [{ sampler: 'epoch-aware', repeats: 2 }, /trains each configuration once/],
    [{ sampler: 'random', minGainPerEpoch: 0.1 }, /only epoch-aware search knows/],
    [{ pruner: 'best' }, /there is no "best"/],
  ] as const)('%j', (definition, message) => {
    expect(() => study(definition as Partial<FinetuneDefinition>)).toThrow(message)
  })
})
