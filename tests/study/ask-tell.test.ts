import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.js'
import { isHeld, readStudy } from '../../src/storage/index.js'
import {
  askTrial,
  createStudyFiles,
  pauseStudy,
  replayStudy,
  reportEpoch,
  resumeStudy,
  runStudy,
  setSlots,
  stopStudy,
  tellTrial,
  type AskAnswer,
  type ExternalDefinition,
} from '../../src/study/index.js'
import { firstLine, kill, otherProcess } from '../storage/processes.js'

async function study(definition: Partial<ExternalDefinition> = {}) {
  const studies = mkdtempSync(join(tmpdir(), 'tune-ask-'))
  await createStudyFiles({
    name: 's',
    studies,
    external: true,
    parameters: { lr: '1e-5..1e-1' },
    sampler: 'random',
    trials: 6,
    earlyStopping: 'off',
    ...definition,
  })
  return { name: 's', studies }
}

function trialOf(answer: AskAnswer) {
  if (answer.kind !== 'trial') throw new Error(answer.reason)
  return answer.trial
}

const trialsIn = async ({ studies }: { studies: string }) =>
  (await readStudy(join(studies, 's'))).document.trials

describe('ask and tell', () => {
  it('hand out trials and record what becomes of them, until none is left', async () => {
    const s = await study({ trials: 3 })
    const first = trialOf(await askTrial(s))
    expect(first).toMatchObject({ number: 0, attempt: 1, epochs: null, epochsRun: 0 })
    const second = trialOf(await askTrial(s))
    expect(second.number).toBe(1)
    expect(await tellTrial({ ...s, trial: 1, valLoss: 0.3 })).toEqual({
      accepted: true,
      state: 'complete',
    })
    expect(await tellTrial({ ...s, trial: 0, state: 'failed', message: 'out of disk' })).toEqual({
      accepted: true,
      state: 'failed',
    })
    const third = trialOf(await askTrial(s))
    const waits = await askTrial(s)
    expect(waits).toEqual({ kind: 'nothing', reason: 'all 3 trials have run', running: [2] })
    await tellTrial({ ...s, trial: third.number, valLoss: 0.2 })
    expect(await askTrial(s)).toMatchObject({ kind: 'nothing', running: [] })
    const { document } = await readStudy(join(s.studies, 's'))
    expect(document).toMatchObject({ state: 'complete', reason: 'all 3 trials have run' })
    expect(document.trials).toMatchObject([
      { state: 'failed', failure: { kind: 'crashed', message: 'out of disk' } },
      { state: 'complete', objective: 0.3 },
      { state: 'complete', objective: 0.2 },
    ])
    expect((await replayStudy(s)).different).toBe(0)
  })

  it('take reports by epoch; the best one counts', async () => {
    const s = await study()
    trialOf(await askTrial(s))
    for (const [i, valLoss] of [0.9, 0.5, 0.7].entries())
      expect(await reportEpoch({ ...s, trial: 0, metrics: { epoch: i + 1, valLoss } })).toEqual({
        accepted: true,
        prune: null,
        stop: null,
      })
    await expect(
      reportEpoch({ ...s, trial: 0, metrics: { epoch: 5, valLoss: 1 } }),
    ).rejects.toThrow('Report every epoch, the next is 4')
    await tellTrial({ ...s, trial: 0 })
    expect((await trialsIn(s))[0]).toMatchObject({ objective: 0.5, bestEpoch: 2, epochsRun: 3 })
  })

  it('end a trial that the pruner gives up', async () => {
    const s = await study({ pruner: 'median(2, 0)', parameters: { lr: '1e-5..1e-1', epochs: 3 } })
    for (const [trial, level] of [1, 2, 9].entries()) {
      expect(trialOf(await askTrial(s))).toMatchObject({ number: trial, epochs: 3 })
      const answer = await reportEpoch({ ...s, trial, metrics: { epoch: 1, valLoss: level } })
      if (level < 9) await tellTrial({ ...s, trial })
      else {
        expect(answer).toMatchObject({ prune: expect.stringContaining('median') as string })
        expect(await tellTrial({ ...s, trial, state: 'pruned' })).toMatchObject({
          state: 'pruned',
        })
      }
    }
  })

  it('refuse what makes no sense, with the reason', async () => {
    const s = await study()
    await expect(tellTrial({ ...s, trial: 0, valLoss: 1 })).rejects.toThrow(
      'study s: has no trial 0. Ask for one first.',
    )
    trialOf(await askTrial(s))
    await expect(tellTrial({ ...s, trial: 0 })).rejects.toThrow('has no validation loss')
    await tellTrial({ ...s, trial: 0, valLoss: Number.NaN })
    expect((await trialsIn(s))[0]).toMatchObject({ state: 'failed', failure: { kind: 'diverged' } })
    expect(await tellTrial({ ...s, trial: 0, valLoss: 1 })).toEqual({
      accepted: false,
      reason: 'trial 0 is failed already',
    })
    await expect(setSlots({ ...s, slots: 2 })).rejects.toThrow(UserError)
  })

  it('say that a study is paused', async () => {
    const s = await study()
    expect(await pauseStudy(s)).toEqual({ changed: true })
    expect(await askTrial(s)).toMatchObject({
      kind: 'nothing',
      reason: expect.stringContaining('tune study resume s') as string,
    })
    expect(await resumeStudy(s)).toEqual({ changed: true })
    expect(await resumeStudy(s)).toEqual({ changed: false })
    trialOf(await askTrial(s))
  })
})

const script = `
const study = await import(new URL('../study/index.js', storageUrl))
const where = { name: 's', studies: args[0] }
const numbers = []
for (;;) {
  const answer = await study.askTrial(where)
  if (answer.kind === 'nothing') break
  numbers.push(answer.trial.number)
  await study.tellTrial({ ...where, trial: answer.trial.number, valLoss: Math.random() })
}
console.log(JSON.stringify(numbers))
`

describe('with other processes', () => {
  it('eight that ask at once never get the same trial', async () => {
    const s = await study({ trials: 40 })
    const callers = Array.from({ length: 8 }, () => otherProcess(script, s.studies))
    const numbers = (await Promise.all(callers.map(firstLine))).flatMap(
      line => JSON.parse(line) as number[],
    )
    expect(numbers.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i))
    expect((await trialsIn(s)).every(({ state }) => state === 'complete')).toBe(true)
  })

  it('a trial survives the caller that asked for it, and may be asked for again', async () => {
    const s = await study()
    const caller = otherProcess(
      `const study = await import(new URL('../study/index.js', storageUrl))
       console.log(JSON.stringify(await study.askTrial({ name: 's', studies: args[0], owner: 'gpu-3' })))
       setInterval(() => {}, 1000)`,
      s.studies,
    )
    await firstLine(caller)
    await kill(caller)
    expect((await trialsIn(s))[0]).toMatchObject({ state: 'running', owner: 'gpu-3', attempt: 1 })
    expect(trialOf(await askTrial(s)).number).toBe(1)
    const again = trialOf(await askTrial({ ...s, trial: 0, owner: 'gpu-4' }))
    expect(again).toMatchObject({ number: 0, attempt: 2 })
    expect(await tellTrial({ ...s, trial: 0, attempt: 1, valLoss: 1 })).toEqual({
      accepted: false,
      reason: 'attempt 1 of trial 0 was replaced by attempt 2, of gpu-4',
    })
    expect(await tellTrial({ ...s, trial: 0, attempt: 2, valLoss: 2 })).toMatchObject({
      accepted: true,
    })
  })

  it('a manager serves callers, and its death between ask and tell loses nothing', async () => {
    const s = await study({ trials: 2 })
    const dir = join(s.studies, 's')
    const run = `
      const study = await import(new URL('../study/index.js', storageUrl))
      console.log('running')
      await study.runStudy({ name: 's', studies: args[0] })
    `
    const manager = otherProcess(run, s.studies)
    await firstLine(manager)
    while (!(await isHeld(dir))) await new Promise(resolve => setTimeout(resolve, 20))
    expect(trialOf(await askTrial(s)).number).toBe(0)
    expect(await isHeld(dir)).toBe(true)
    await kill(manager)
    expect(await tellTrial({ ...s, trial: 0, valLoss: 1 })).toMatchObject({ accepted: true })
    const running = runStudy(s)
    while (!(await isHeld(dir))) await new Promise(resolve => setTimeout(resolve, 20))
    expect(trialOf(await askTrial(s)).number).toBe(1)
    await tellTrial({ ...s, trial: 1, valLoss: 2 })
    expect(await running).toMatchObject({ state: 'complete', reason: 'all 2 trials have run' })
  })

  it('a manager that waits for callers stays, however long nobody calls', async () => {
    const s = await study()
    const manager = otherProcess(
      `const study = await import(new URL('../study/index.js', storageUrl))
       console.log('running')
       console.log((await study.runStudy({ name: 's', studies: args[0] })).state)`,
      s.studies,
    )
    await firstLine(manager)
    // Far longer than the event loop of a process needs to run empty.
    await new Promise(resolve => setTimeout(resolve, 1500))
    expect(manager.exitCode).toBeNull()
    const ended = new Promise(resolve => manager.on('exit', resolve))
    expect(await stopStudy(s)).toBe(true)
    expect(await ended).toBe(0)
  })

  it('a manager that serves callers can be stopped', async () => {
    const s = await study()
    const running = runStudy(s)
    trialOf(await askTrial(s))
    expect(await stopStudy(s)).toBe(true)
    expect(await running).toMatchObject({ state: 'stopped' })
    await tellTrial({ ...s, trial: 0, valLoss: 1 })
  })
})
