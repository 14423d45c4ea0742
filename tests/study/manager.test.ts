import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { StudyDocument } from '../../src/record/document.js'
import type { StudySpec } from '../../src/record/study.js'
import { openStore } from '../../src/storage/index.js'
import { studySpec } from '../../src/study/specification.js'
import type { FinetuneDefinition } from '../../src/study/definition/schema.js'
import type { StudyEvent } from '../../src/study/index.js'
import { search } from '../../src/study/session/manager.js'
import { trialPlan, trialsPlanned } from '../../src/study/decision/plan.js'
import { HostDied } from '../../src/trial/index.js'
import { fakePool, type Mishap } from './fake-pool.js'

function study(definition: Partial<FinetuneDefinition>): StudySpec {
  const spec = studySpec('s', { model: 'm', data: 'd', ...definition }, '/')
  return { ...spec, trials: trialsPlanned(spec, trialPlan(spec), spec.trials) }
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
    slots = 2,
    dir = mkdtempSync(join(tmpdir(), 'tune-manager-')),
  }: { mishap?: Mishap; slots?: number; dir?: string } = {},
) {
  const store = await openStore(dir, () => documentOf(spec))
  const pool = fakePool(slots, mishap)
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

const died = () =>
  new HostDied('cpu', 'the process of device cpu was ended by SIGKILL', 'SIGKILL', null, false)

describe('a search', () => {
  it('runs its budget of trials, ranks each by its best epoch, and says why it ended', async () => {
    const { run, store } = await session(
      study({ sampler: 'random', trials: 5, earlyStopping: 'off', space: { epochs: '1..6' } }),
    )
    expect(await run()).toEqual({ state: 'complete', reason: 'all 5 trials have run' })
    expect(store.document.trials).toHaveLength(5)
    for (const trial of store.document.trials)
      expect(trial).toMatchObject({ state: 'complete', bestEpoch: 4, epochsRun: 6 })
    await store.close()
  })

  it('of a 4 × 4 × 4 grid trains 16 times for 64 rows, each with the best of its own epochs', async () => {
    const spec = study({
      sampler: 'grid',
      earlyStopping: 'off',
      space: {
        learningRate: [1e-4, 1e-3, 3e-3, 1e-2],
        batchSize: [2, 4, 8, 16],
        epochs: [1, 3, 5, 8],
      },
    })
    const { run, store, pool } = await session(spec)
    await run()
    expect(pool.trained).toHaveLength(16 * 8)
    expect(store.document.trials).toHaveLength(64)
    for (const trial of store.document.trials)
      expect(trial).toMatchObject({
        state: 'complete',
        bestEpoch: Math.min(4, Number(trial.params['epochs'])),
        epochsRun: trial.params['epochs'],
      })
    await store.close()
  })

  it('continues a trial whose process was killed, from where it was, as a new attempt', async () => {
    let killed = false
    const mishap: Mishap = (job, epoch) =>
      job.trial === 1 && epoch === 3 && !killed ? ((killed = true), died()) : null
    const { run, store, pool, events } = await session(
      study({ sampler: 'random', trials: 3, earlyStopping: 'off', space: { epochs: 5 } }),
      { mishap },
    )
    await run()
    expect(
      pool.trained.filter(({ trial }) => trial === 1).map(({ attempt, epoch }) => [attempt, epoch]),
    ).toEqual([
      [1, 1],
      [1, 2],
      [2, 3],
      [2, 4],
      [2, 5],
    ])
    expect(store.document.trials[1]).toMatchObject({ state: 'complete', attempt: 2, epochsRun: 5 })
    expect(store.epochs(1).map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5])
    expect(events.filter(({ type }) => type === 'host-died')).toHaveLength(1)
    await store.close()
  })

  it('gives a trial up as crashed when every process dies under it, and goes on with the others', async () => {
    const mishap: Mishap = (job, epoch) => (job.trial === 0 && epoch === 2 ? died() : null)
    const { run, store } = await session(study({ sampler: 'random', trials: 3 }), { mishap })
    expect(await run()).toMatchObject({ state: 'complete' })
    expect(store.document.trials[0]).toMatchObject({
      state: 'failed',
      failure: { kind: 'crashed' },
      epochsRun: 1,
    })
    expect(store.document.trials.slice(1).map(({ state }) => state)).toEqual([
      'complete',
      'complete',
    ])
    await store.close()
  })

  it('keeps what a program printed before it failed', async () => {
    const mishap: Mishap = job =>
      job.trial === 0
        ? Object.assign(new Error('the command ended with exit code 1'), { output: 'Traceback' })
        : null
    const { run, store } = await session(study({ sampler: 'random', trials: 2 }), { mishap })
    await run()
    expect(store.document.trials[0]).toMatchObject({
      state: 'failed',
      failure: {
        kind: 'crashed',
        message: 'the command ended with exit code 1',
        output: 'Traceback',
      },
    })
    await store.close()
  })

  it('fails, with the last reason, when no trial completes', async () => {
    const { run, store } = await session(study({ sampler: 'random', trials: 2 }), {
      mishap: () => new Error('no such operation'),
    })
    expect(await run()).toEqual({
      state: 'failed',
      reason: 'no trial completed; the last one: no such operation',
    })
    await store.close()
  })

  it('stopped half-way keeps what is finished and goes on in another session to the same trials', async () => {
    const spec = study({ sampler: 'random', trials: 6, earlyStopping: 'off', space: { epochs: 4 } })
    const first = await session(spec, { slots: 1 })
    const running = first.run()
    const stopAfter = setInterval(
      () => first.pool.trained.length >= 9 && first.controller.abort(),
      0,
    )
    expect(await running).toMatchObject({ state: 'stopped' })
    clearInterval(stopAfter)
    const before = first.store.document.trials.filter(({ state }) => state === 'complete')
    expect(before.length).toBeGreaterThan(0)
    expect(before.length).toBeLessThan(6)
    await first.store.close()

    const second = await session(spec, { slots: 1, dir: first.dir })
    await second.run()
    expect(second.store.document.trials.slice(0, before.length)).toEqual(before)
    const unbroken = await session(spec, { slots: 1 })
    await unbroken.run()
    expect(second.store.document.trials.map(({ params }) => params)).toEqual(
      unbroken.store.document.trials.map(({ params }) => params),
    )
    await second.store.close()
    await unbroken.store.close()
  })

  it('ends when its space is exhausted, and says so', async () => {
    const { run, store } = await session(
      study({
        sampler: 'bayesian',
        trials: 50,
        space: { learningRate: [1e-4, 1e-3], batchSize: [4, 8], epochs: 2 },
      }),
    )
    expect((await run()).reason).toMatch(/space exhausted, 4 of 4/)
    expect(store.document.trials).toHaveLength(4)
    await store.close()
  })
})
