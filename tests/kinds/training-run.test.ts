import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { UserTrainingRun } from '../../src/kinds/user-training/training-run.js'
import type { JobPort } from '../../src/record/job-port.js'
import type { TrainJob } from '../../src/record/job.js'
import { attemptOf, moduleOf, temporaryDir } from './fixtures.js'

const report = (epoch: number, valLoss = 1 / epoch) => ({
  epoch,
  valLoss,
  loss: null,
  learningRate: null,
  tokens: 0,
  extra: {},
})

async function open(
  changes: Partial<TrainJob> = {},
  port: Partial<JobPort> = {},
): Promise<{ run: UserTrainingRun; notes: string[]; save(): void; job: TrainJob }> {
  const dir = temporaryDir()
  const job = { ...attemptOf(dir, moduleOf(dir, ''), { epochs: 3 }), ...changes }
  const notes: string[] = []
  const run = await UserTrainingRun.open(job, {
    judge: () => ({
      kind: 'still-improving',
      reason: '',
      bestEpoch: 1,
      confidence: 1,
      stop: false,
    }),
    epoch: () => undefined,
    progress: () => undefined,
    note: message => notes.push(message),
    stopRequested: () => false,
    ...port,
  })
  return { run, notes, job, save: () => writeFileSync(join(run.work, 'state'), 'x') }
}

describe('the state of a run', () => {
  it('is training until its epochs are spent', async () => {
    const { run } = await open()
    const states = [run.state.kind]
    for (const epoch of [1, 2, 3]) {
      await run.report(report(epoch))
      states.push(run.state.kind)
    }
    expect(states).toEqual(['training', 'training', 'training', 'budget'])
    expect(run.result()).toMatchObject({ kind: 'complete', stop: 'budget' })
    expect(await run.report(report(4))).toBe(false)
  })

  it('is verdict once the curve is clear', async () => {
    const { run } = await open(
      {},
      {
        judge: history => ({
          kind: 'overfit',
          reason: '',
          bestEpoch: 1,
          confidence: 1,
          stop: history.length === 2,
        }),
      },
    )
    expect([await run.report(report(1)), await run.report(report(2))]).toEqual([true, false])
    expect(run.result()).toMatchObject({ kind: 'complete', stop: 'verdict' })
  })

  it('is diverged at a loss that is no number', async () => {
    const { run } = await open()
    await run.report(report(1))
    expect(await run.report(report(2, NaN))).toBe(false)
    expect(run.result()).toMatchObject({ kind: 'diverged', epoch: 2, history: [{ epoch: 1 }] })
  })

  it('is paused where it was to pause, if something is saved there', async () => {
    const { run, save } = await open({ pauseAfter: 2 })
    await run.report(report(1))
    save()
    await run.report(report(2))
    expect(run.state.kind).toBe('paused')
  })

  it('goes on training where it was to pause, if nothing is saved there', async () => {
    const { run, notes } = await open({ pauseAfter: 2 })
    await run.report(report(1))
    expect(await run.report(report(2))).toBe(true)
    expect(notes).toEqual([expect.stringMatching(/^nothing is saved of epoch 2/)])
  })

  it('is stopped inside an epoch, which is lost, and says how long it ran', async () => {
    let stopped = false
    const { run, notes, save } = await open({}, { stopRequested: () => stopped })
    save()
    await run.report(report(1))
    stopped = true
    expect(run.result()).toMatchObject({ kind: 'stopped', history: [{ epoch: 1 }] })
    expect(notes).toEqual([
      expect.stringMatching(
        /^stopped in epoch 2, which is lost after \d+\.\d s; the trial continues after epoch 1$/,
      ),
    ])
    expect(await run.report(report(2))).toBe(false)
  })

  it('is stopped at the end of an epoch, which is not lost', async () => {
    const { run, notes } = await open({}, { stopRequested: () => true })
    expect(run.state.kind).toBe('stopped')
    expect(run.result()).toMatchObject({ kind: 'stopped' })
    expect(notes).toEqual([])
  })
})
