import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Job, JobResult, TrainJob, TrainResult } from '../../src/record/job.js'
import { begin as beginTrial } from './running-trial.js'
import type { StudyDocument } from '../../src/record/document.js'
import { judge } from '../../src/overfit/index.js'
import { openStore } from '../../src/storage/index.js'
import { ElasticPool } from '../../src/study/session/elastic-pool.js'
import { Scheduler } from '../../src/study/session/manager.js'
import { studySpec } from '../../src/study/specification.js'
import type { DevicePool, JobEvents, Running } from '../../src/trial/pool.js'
import { Mutex } from '../../src/util/mutex.js'

/** A pool whose trainings run until the test ends them. */
class HeldPool implements DevicePool {
  readonly running = new Map<number, (result: TrainResult | Error) => void>()
  readonly order: number[] = []

  constructor(readonly slots: number) {}

  run<J extends Job>(job: J, events: JobEvents = {}): Running<JobResult<J>> {
    const { trial } = job as unknown as TrainJob
    this.order.push(trial)
    events.started?.({ device: 'cpu', slot: 0 })
    const result = new Promise<TrainResult>((resolve, reject) =>
      this.running.set(trial, outcome => {
        this.running.delete(trial)
        if (outcome instanceof Error) reject(outcome)
        else resolve(outcome)
      }),
    )
    const stop = () => this.running.get(trial)?.({ kind: 'stopped', history: [] })
    return { result, stop } as unknown as Running<JobResult<J>>
  }

  end(trial: number): void {
    this.running.get(trial)!(complete(trial))
  }

  close(): Promise<void> {
    return Promise.resolve()
  }
}

function complete(trial: number): TrainResult {
  const valLoss = 1 + trial
  const history = [{ epoch: 1, loss: 1, valLoss, learningRate: 1e-3, tokens: 1, seconds: 1 }]
  const verdict = judge({
    epochs: history,
    budget: 1,
    schedule: 'constant',
    validationTokens: 400,
    startValLoss: 6,
  })
  return { kind: 'complete', history, verdict, stop: 'budget' }
}

async function scheduler(slots: number, trials = 6, before: Partial<StudyDocument> = {}) {
  const spec = studySpec(
    's',
    { model: 'm', data: 'd', sampler: 'random', trials, space: { epochs: 1 } },
    '/',
  )
  const document: StudyDocument = {
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
    ...before,
  }
  const store = await openStore(mkdtempSync(join(tmpdir(), 'tune-scheduler-')), () => document)
  const pool = new HeldPool(slots)
  const controller = new AbortController()
  const run = new Scheduler({
    store,
    pool,
    on: () => undefined,
    signal: controller.signal,
    mutex: new Mutex(),
  })
  return { store, pool, controller, run }
}

const running = (pool: HeldPool) => [...pool.running.keys()]
const until = async (condition: () => boolean) => {
  for (let i = 0; i < 500 && !condition(); i++) await new Promise(resolve => setTimeout(resolve, 5))
  expect(condition()).toBe(true)
}

describe('the scheduler', () => {
  it('fills its slots, and each that gets free, until the budget is spent', async () => {
    const { pool, run } = await scheduler(2, 3)
    const end = run.run()
    await until(() => pool.running.size === 2)
    expect(running(pool)).toEqual([0, 1])
    pool.end(1)
    await until(() => pool.running.has(2))
    pool.end(0)
    pool.end(2)
    expect(await end).toMatchObject({ state: 'complete', reason: 'all 3 trials have run' })
  })

  it('begins more at once when slots are raised, and ends none when they are lowered', async () => {
    const { pool, run } = await scheduler(1)
    const end = run.run()
    await until(() => pool.running.size === 1)
    run.slots = 3
    await until(() => pool.running.size === 3)
    run.slots = 1
    pool.end(0)
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(running(pool)).toEqual([1, 2])
    pool.end(1)
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(running(pool)).toEqual([2])
    pool.end(2)
    await until(() => pool.running.has(3))
    for (const trial of [3, 4, 5]) {
      await until(() => pool.running.has(trial))
      pool.end(trial)
    }
    expect(await end).toMatchObject({ state: 'complete' })
  })

  it('begins nothing while the study is paused, and goes on when it is resumed', async () => {
    const { pool, run, store } = await scheduler(1, 2)
    const end = run.run()
    await until(() => pool.running.size === 1)
    await store.update(document => ({ ...document, paused: true }))
    pool.end(0)
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(running(pool)).toEqual([])
    await store.update(({ paused: _, ...document }) => document)
    run.changed()
    await until(() => pool.running.has(1))
    pool.end(1)
    expect(await end).toMatchObject({ state: 'complete' })
  })

  it('drains when it is stopped: what runs is ended, nothing begins', async () => {
    const { pool, run, controller } = await scheduler(2)
    const end = run.run()
    await until(() => pool.running.size === 2)
    controller.abort()
    expect(await end).toMatchObject({ state: 'stopped' })
    expect(pool.order).toEqual([0, 1])
  })

  it('continues what an earlier session had begun first, of highest priority first', async () => {
    const trials = [0, 1, 2, 3].map(beginTrial)
    const priorities = { 2: 5, 3: 1 }
    const { pool, run, controller } = await scheduler(1, 6, { trials, priorities })
    const end = run.run()
    for (const trial of [2, 3, 0, 1, 4]) {
      await until(() => pool.running.has(trial))
      if (trial !== 4) pool.end(trial)
    }
    controller.abort()
    await end
    expect(pool.order).toEqual([2, 3, 0, 1, 4])
  })
})

describe('a pool that grows', () => {
  it('opens a further pool for the slots that are missing, and numbers its slots on', async () => {
    const opened: HeldPool[] = []
    const pool = await ElasticPool.open({ slots: 1 }, slots => {
      opened.push(new HeldPool(slots))
      return Promise.resolve(opened.at(-1)!)
    })
    await pool.grow(1)
    expect(opened).toHaveLength(1)
    await pool.grow(3)
    expect(opened.map(({ slots }) => slots)).toEqual([1, 2])
    expect(pool.slots).toBe(3)
    const slots: number[] = []
    const job = (trial: number) => ({ kind: 'train', trial }) as unknown as TrainJob
    const jobs = [0, 1, 2].map(trial =>
      pool.run(job(trial), { started: ({ slot }) => void slots.push(slot) }),
    )
    expect(opened.map(running)).toEqual([[0], [1, 2]])
    expect(slots).toEqual([0, 1, 1])
    opened[0]!.end(0)
    await jobs[0]!.result
    pool.run(job(3))
    expect(running(opened[0]!)).toEqual([3])
    await pool.grow(2)
    expect(pool.slots).toBe(3)
  })
})
