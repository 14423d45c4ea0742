import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { StudyDocument } from '../../src/record/document.js'
import type { EpochMetrics } from '../../src/record/metric.js'
import type { CompleteTrial } from '../../src/record/trial.js'
import { studyView } from '../../src/report/index.js'
import { openStore } from '../../src/storage/index.js'
import { studySpec } from '../../src/study/specification.js'
import { retrainFinalists } from '../../src/study/session/retrain.js'
import { HostDied, type TrainJob } from '../../src/trial/index.js'
import type { DevicePool } from '../../src/trial/pool.js'

const LOSSES = [2, 1, 3, 1.5, 2.5]

function complete(number: number, objective: number): CompleteTrial {
  return {
    number,
    params: { learningRate: 1e-3, epochs: 2 },
    basis: { finished: [], running: [] },
    leader: number,
    rationale: null,
    state: 'complete',
    attempt: 1,
    startedAt: '',
    endedAt: '',
    seconds: 1,
    device: 'cpu',
    epochsRun: 2,
    objective,
    bestEpoch: 1,
    stop: { kind: 'budget' },
    verdict: { kind: 'plateau', reason: 'flat', bestEpoch: 1, confidence: 1 },
  }
}

function documentOf(changes: object = {}): StudyDocument {
  const spec = studySpec('s', { model: 'm', data: 'd', retrain: 2, finalists: 2, ...changes }, '/')
  const data = {
    format: 'none',
    examples: 1000,
    train: 850,
    validation: 150,
    tokens: 100,
    trainedTokens: 50,
    validationTokens: 1500,
    duplicates: 0,
    truncated: 0,
    dropped: [],
  }
  const preparation = {
    engine: 'formula',
    model: { parameters: 1, vocabulary: 1, layers: 1, width: 1, architecture: 'none' },
    valLoss: 6,
    data,
  }
  return {
    format: 2,
    spec,
    state: 'running',
    reason: '',
    createdAt: '',
    seconds: 0,
    preparation,
    trials: LOSSES.map((loss, i) => complete(i, loss)),
    probes: [],
    export: null,
  }
}

/**
 * A pool whose trainings come to the trial's loss and a tenth for each further seed; `fails` says
 * what becomes of a job instead.
 */
async function study(
  document: StudyDocument,
  {
    dir = mkdtempSync(join(tmpdir(), 'tune-retrain-')),
    fails = (_job: TrainJob, _run: number): Error | null => null,
  } = {},
) {
  writeFileSync(join(dir, 'study.json'), JSON.stringify(document))
  const store = await openStore(dir)
  const jobs: TrainJob[] = []
  const pool = {
    slots: 2,
    close: () => Promise.resolve(),
    run: (job: TrainJob) => {
      jobs.push(job)
      mkdirSync(job.checkpointDir, { recursive: true })
      const error = fails(job, jobs.filter(({ trial }) => trial === job.trial).length)
      const [seed, number] = [Math.floor(job.trial / 2 ** 21), job.trial % 2 ** 21]
      const history = [1, 2].map((epoch): EpochMetrics => ({
        epoch,
        loss: 1,
        valLoss: LOSSES[number]! + 0.1 * seed + (epoch - 1),
        learningRate: 1e-3,
        tokens: 1,
        seconds: 3,
      }))
      return {
        stop: () => undefined,
        result: error
          ? Promise.reject(error)
          : Promise.resolve({
              kind: 'complete',
              history,
              verdict: complete(0, 1).verdict,
              stop: 'budget',
            }),
      }
    },
  } as unknown as DevicePool
  return {
    dir,
    store,
    jobs,
    run: () =>
      retrainFinalists({ store, pool, on: () => undefined, signal: new AbortController().signal }),
  }
}

const ended = ({ retrainings = [] }: StudyDocument) =>
  [...retrainings]
    .sort((a, b) => a.trial - b.trial || a.seed - b.seed)
    .map(({ trial, seed, objective }) => [trial, seed, objective])

describe('trainings under other seeds', () => {
  it('are of the first configurations, as often as is asked, and no trials of the search', async () => {
    const { store, jobs, run, dir } = await study(documentOf())
    await run()
    await run()
    expect(jobs).toHaveLength(4)
    expect(new Set(jobs.map(({ trial }) => trial)).size).toBe(4)
    expect(
      jobs.every(({ params, trial }) => params['learningRate'] === 1e-3 && trial >= 2 ** 21),
    ).toBe(true)
    expect(ended(store.document)).toEqual([
      [1, 1, 1.1],
      [1, 2, 1.2],
      [3, 1, 1.6],
      [3, 2, 1.7],
    ])
    expect(store.document.retrainings![0]).toMatchObject({ epoch: 1, epochsRun: 2, seconds: 6 })
    expect(store.document.trials).toHaveLength(5)
    expect(existsSync(join(dir, 'trials/1/retraining-1'))).toBe(false)
    await store.close()
  })

  it('that have ended are not run again after a break, and one that was under way goes on from its folder', async () => {
    const broken = await study(documentOf(), {
      fails: ({ trial }) => (trial === 2 ** 21 * 2 + 1 ? new Error('killed') : null),
    })
    await expect(broken.run()).rejects.toThrow('killed')
    const { document } = broken.store
    await broken.store.close()
    const again = await study(document, { dir: broken.dir })
    await again.run()
    expect(again.jobs.map(({ checkpointDir, resumeFrom }) => [checkpointDir, resumeFrom])).toEqual([
      [join(again.dir, 'trials/1/retraining-2'), [join(again.dir, 'trials/1/retraining-2')]],
    ])
    expect(ended(again.store.document)).toHaveLength(4)
    await again.store.close()
  })

  it('go on when the process under them dies, and count as failed when it does so every time', async () => {
    const dead = new HostDied(
      'cpu',
      'the process of device cpu was ended by SIGKILL',
      'SIGKILL',
      null,
      false,
    )
    const { store, run } = await study(documentOf(), {
      fails: ({ trial }, times) =>
        trial === 2 ** 21 + 1 || (trial === 2 ** 21 + 3 && times === 1) ? dead : null,
    })
    await run()
    expect(ended(store.document)).toEqual([
      [1, 1, null],
      [1, 2, 1.2],
      [3, 1, 1.6],
      [3, 2, 1.7],
    ])
    await store.close()
  })

  it('have a mean and a deviation beside the result of the search, and rank the configurations', async () => {
    const { store, run } = await study(documentOf())
    await run()
    const { retrained } = studyView({ document: store.document, epochs: new Map(), live: false })
    expect(retrained!.sentence).toBe(
      'retrained with 2 other seeds, trial 1 has a mean of 1.15 ± 0.07; the search measured 1.00; by these means trial 1 is first by a significant margin',
    )
    expect(
      retrained!.rows.map(({ number, searched, seeds, failed }) => [
        number,
        searched,
        seeds,
        failed,
      ]),
    ).toEqual([
      [1, 1, 2, 0],
      [3, 1.5, 2, 0],
    ])
    expect(retrained!.rows[0]!.sd).toBeCloseTo(Math.SQRT1_2 / 10, 9)
    expect(
      studyView({ document: store.document, epochs: new Map(), live: false }, 'zh').retrained!
        .sentence,
    ).toBe(
      '换用 2 个随机种子重新训练，试验 1 的均值为 1.15 ± 0.07，搜索时为 1.00；按均值比较，试验 1 排名第一，优势显著',
    )
    await store.close()
  })

  it('are not made where none is asked for', async () => {
    const { store, jobs, run } = await study(documentOf({ retrain: 0 }))
    await run()
    expect(jobs).toEqual([])
    expect(
      studyView({ document: store.document, epochs: new Map(), live: false }).retrained,
    ).toBeNull()
    await store.close()
  })
})
