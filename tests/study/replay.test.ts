import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { StudyDocument } from '../../src/record/document.js'
import type { StudySpec } from '../../src/record/study.js'
import { allocators, samplers } from '../../src/search/registry.js'
import { openStore } from '../../src/storage/index.js'
import { studySpec } from '../../src/study/specification.js'
import type { FinetuneDefinition } from '../../src/study/definition/schema.js'
import { withFormer } from '../../src/study/decision/former.js'
import { search } from '../../src/study/session/manager.js'
import { replay } from '../../src/study/decision/replay.js'
import { HostDied } from '../../src/trial/index.js'
import { fakePool, type Mishap } from './fake-pool.js'

const searched: Partial<FinetuneDefinition> = {
  space: {
    learningRate: '1e-5..1e-1',
    batchSize: [2, 4, 8, 16],
    weightDecay: '0..0.1',
    epochs: '1..6',
  },
  trials: 9,
}

function study(definition: Partial<FinetuneDefinition>): StudySpec {
  return studySpec('s', { model: 'm', data: 'd', ...searched, ...definition }, '/')
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

/**
 * One session of a study; with `stopAt` it is broken off when that trial is in its second epoch.
 */
async function run(
  dir: string,
  spec: StudySpec,
  {
    slots = 2,
    stopAt,
    mishap = () => null,
  }: { slots?: number; stopAt?: number; mishap?: Mishap } = {},
) {
  const store = await openStore(dir, () => documentOf(spec))
  const former = withFormer(store.document, spec)
  await store.update(document => ({ ...document, spec, ...(former.length > 0 ? { former } : {}) }))
  const controller = new AbortController()
  const pool = fakePool(slots, (job, epoch) => {
    if (job.trial === stopAt && epoch === 2) controller.abort()
    return mishap(job, epoch)
  })
  await search({ store, pool, on: () => undefined, signal: controller.signal })
  const { document } = store
  const epochs = new Map(document.trials.map(({ number }) => [number, store.epochs(number)]))
  await store.close()
  return { document, epochs }
}

const folder = () => mkdtempSync(join(tmpdir(), 'tune-replay-'))
const differences = ({ document, epochs }: Awaited<ReturnType<typeof run>>) =>
  replay(document, epochs).filter(({ same }) => !same)

describe('a study replayed from its record', () => {
  it.each([...samplers.names, ...allocators.names])(
    'comes out as it was: %s, three slots, a trial that crashed',
    async sampler => {
      const mishap: Mishap = (job, epoch) =>
        job.trial === 2 && epoch === 2 ? new Error('crashed') : null
      const studied = await run(folder(), study({ sampler }), { slots: 3, mishap })
      expect(studied.document.trials.length).toBeGreaterThan(6)
      expect(differences(studied)).toEqual([])
    },
  )

  it.each(['bayesian', 'epoch-aware'])(
    'comes out as it was when it was stopped, went on with more slots, and in another space: %s',
    async sampler => {
      const dir = folder()
      await run(dir, study({ sampler }), { slots: 1, stopAt: 4 })
      await run(dir, study({ sampler, trials: 12 }), { slots: 4 })
      const wider = study({
        sampler,
        trials: 16,
        space: { ...searched.space, learningRate: '1e-6..1', labelSmoothing: '0..0.1' },
      })
      const studied = await run(dir, wider, {
        slots: 2,
        mishap: (job, epoch) =>
          job.trial === 13 && epoch === 1 && job.attempt === 1
            ? new HostDied('cpu', 'ended', 'SIGKILL', null, false)
            : null,
      })
      expect(studied.document.former).toHaveLength(2)
      expect(differences(studied)).toEqual([])
    },
  )

  it.each([
    { repeats: 3 },
    { objectives: ['valLoss', 'tokenAccuracy'] as const },
    { pruner: 'asha' },
    { pruner: 'median' },
  ])('comes out as it was with %j', async extra => {
    expect(
      differences(
        await run(
          folder(),
          study({ sampler: 'bayesian', ...(extra as Partial<FinetuneDefinition>) }),
        ),
      ),
    ).toEqual([])
  })

  it('says where it differs', async () => {
    const studied = await run(folder(), study({ sampler: 'bayesian' }))
    const trials = studied.document.trials.map(trial =>
      trial.number === 5 ? { ...trial, params: { ...trial.params, learningRate: 0.05 } } : trial,
    )
    const [first] = differences({ ...studied, document: { ...studied.document, trials } })
    expect(first).toMatchObject({
      trial: 5,
      step: null,
      same: false,
      recorded: expect.stringMatching(/^learningRate 0.05, /) as string,
    })
    expect(first!.now).not.toContain('learningRate 0.05,')
  })
})
