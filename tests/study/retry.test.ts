import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { StudyDocument } from '../../src/record/document.js'
import { replayStudy } from '../../src/index.js'
import { createStudyFiles, retryStudy, runStudy } from '../../src/study/index.js'

/** A study whose module runs `body` for the trials of odd number, and trains the others. */
async function study(body: string, settings: object = {}) {
  const root = mkdtempSync(join(tmpdir(), 'tune-faults-'))
  const module = join(root, 'train.mjs')
  writeFileSync(
    module,
    `export async function train(trial) {
       if (trial.number % 2 === 1) { ${body} }
       await trial.report({ epoch: 1, valLoss: 1 + trial.number })
     }`,
  )
  const studies = join(root, 'studies')
  await createStudyFiles({
    name: 's',
    studies,
    module,
    parameters: { x: '0.1..0.9', epochs: 1 },
    sampler: 'random',
    trials: 4,
    slots: 1,
    ...settings,
  })
  return { name: 's', studies, module }
}

const ends = ({ trials }: StudyDocument) => trials.map(({ state }) => state)

it('what a module changes of the language does not reach the next trial', async () => {
  const s = await study(
    `Array.prototype.map = () => { throw new Error('gone') }
     Object.prototype.polluted = 1
     throw new Error('proto')`,
  )
  const document = await runStudy(s)
  expect(ends(document)).toEqual(['complete', 'failed', 'complete', 'failed'])
  expect(JSON.stringify(document.trials[1])).toContain('proto')
})

describe('trials that all crash before their first metric', () => {
  const broken = `throw new Error('cannot find module torch, line ' + trial.number)`
  const all = async (settings: object = {}) => {
    const s = await study('', { trials: 6, ...settings })
    writeFileSync(s.module, `export async function train(trial) { ${broken} }`)
    return s
  }

  it('stop the study after three, and it continues when the program is mended', async () => {
    const s = await all()
    const stopped = await runStudy(s)
    expect(stopped).toMatchObject({
      state: 'stopped',
      reason: expect.stringMatching(
        /^3 trials in a row failed before .*cannot find module torch/,
      ) as string,
    })
    expect(stopped.trials).toHaveLength(3)
    writeFileSync(
      s.module,
      'export const train = trial => trial.report({ epoch: 1, valLoss: 1 + trial.number })',
    )
    expect(await retryStudy({ ...s, trials: [1] })).toEqual({ trials: [1] })
    expect(await retryStudy(s)).toEqual({ trials: [0, 2] })
    await expect(retryStudy(s)).rejects.toThrow('has no failed trial')
    const ended = await runStudy(s)
    expect(ended).toMatchObject({ state: 'complete' })
    expect(ends(ended)).toEqual(Array(6).fill('complete'))
    expect(ended.trials.slice(0, 4).map(trial => 'attempt' in trial && trial.attempt)).toEqual([
      2, 2, 2, 1,
    ])
    expect((await replayStudy(s)).different).toBe(0)
    await expect(retryStudy({ ...s, trials: [0] })).rejects.toThrow('trial 0: is complete')
  })
})

it('a full disk stops the study, marks nothing as crashed, and the trial runs again', async () => {
  const full = `if (trial.attempt === 1) throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })`
  const s = await study(full)
  const stopped = await runStudy(s).catch((error: unknown) => error)
  expect(stopped).toMatchObject({ state: 'stopped' })
  const record = JSON.parse(readFileSync(join(s.studies, 's/study.json'), 'utf8')) as StudyDocument
  expect(record.trials.map(({ state }) => state)).toEqual(['complete', 'running'])
  let document = await runStudy(s)
  while (document.state === 'stopped') document = await runStudy(s)
  expect(ends(document)).toEqual(Array(4).fill('complete'))
})

it('a module that never gives way ends after a stop all the same', async () => {
  const s = await study('for (;;);')
  const controller = new AbortController()
  const running = runStudy({
    ...s,
    signal: controller.signal,
    onEvent: event => {
      if (event.type === 'trial-started' && event.trial.number === 1)
        setTimeout(() => controller.abort(), 300)
    },
  })
  const document = await running
  expect(document).toMatchObject({ state: 'stopped', reason: 'stopped on request' })
  expect(ends(document)).toEqual(['complete', 'running'])
})
