import { describe, expect, it } from 'vitest'
import { isSameRun, runIdentity } from '../../src/training/run-identity.js'
import { trainSettings } from '../../src/training/settings.js'
import { trainingSchema } from '../../src/settings/schema.js'
import type { TrainingSpec } from '../../src/settings/index.js'

const study = trainingSchema.parse({}) as unknown as TrainingSpec
const settings = trainSettings({ learningRate: 1e-3, batchSize: 4, epochs: 3 }, study)
const job = { seed: 1, trial: 2 }
const identity = runIdentity(job, settings, 10)

describe('the identity of a run', () => {
  it('holds no setting that has its default and need not be stated', () => {
    expect(Object.keys((JSON.parse(identity) as { settings: object }).settings)).not.toContain(
      'labelSmoothing',
    )
  })

  it('is that of a run with more epochs, under a constant rate alone', () => {
    const epochs = 9
    expect(isSameRun(identity, runIdentity(job, { ...settings, epochs }, 10))).toBe(true)
    const cosine = { ...settings, schedule: 'cosine' as const }
    const stored = runIdentity(job, cosine, 10)
    expect(isSameRun(stored, runIdentity(job, cosine, 10))).toBe(true)
    expect(isSameRun(stored, runIdentity(job, { ...cosine, epochs }, 10))).toBe(false)
  })

  it.each([
    ['seed', runIdentity({ ...job, seed: 2 }, settings, 10)],
    ['trial', runIdentity({ ...job, trial: 3 }, settings, 10)],
    ['steps of an epoch', runIdentity(job, settings, 11)],
    ['a setting', runIdentity(job, { ...settings, labelSmoothing: 0.1 }, 10)],
    ['which epoch counts', runIdentity({ ...job, scoreEpoch: 'last' }, settings, 10)],
  ])('differs in %s', (_, other) => {
    expect(isSameRun(identity, other)).toBe(false)
  })

  it('of an earlier version states defaults and names the scored epoch otherwise', () => {
    const { settings: stated, ...fields } = JSON.parse(identity) as { settings: object }
    const old = { optimizer: 'adamw', warmupRatio: 0, dropout: 0, labelSmoothing: 0 }
    const stored = { ...fields, settings: { ...stated, ...old }, trialScore: 'last' }
    const last = runIdentity({ ...job, scoreEpoch: 'last' }, settings, 10)
    expect(isSameRun(JSON.stringify(stored), last)).toBe(true)
    expect(isSameRun(JSON.stringify(stored), identity)).toBe(false)
  })
})
