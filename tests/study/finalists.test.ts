import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { MeasureJob, MeasureResult } from '../../src/record/job.js'
import type { StudyDocument } from '../../src/record/document.js'
import type { CompleteTrial } from '../../src/record/trial.js'
import { testFinalists } from '../../src/report/index.js'
import { openStore } from '../../src/storage/index.js'
import { checkpointDir } from '../../src/storage/paths.js'
import { studySpec } from '../../src/study/specification.js'
import { measureFinalists } from '../../src/study/session/finalists.js'
import type { DevicePool } from '../../src/trial/pool.js'

const spec = studySpec('s', { model: 'm', data: 'd', test: 0.1 }, '/')
const preparation = {
  engine: 'formula',
  model: { parameters: 1, vocabulary: 1, layers: 1, width: 1, architecture: 'none' },
  valLoss: 6,
  data: {
    format: 'none',
    examples: 1000,
    train: 750,
    validation: 150,
    test: 100,
    testTokens: 1000,
    tokens: 100,
    trainedTokens: 50,
    validationTokens: 1500,
    duplicates: 0,
    truncated: 0,
    dropped: [],
  },
}

/** Validation losses by trial number, far enough apart to be told apart. */
const LOSSES = [2, 1, 3, 1.5, 2.5]

function complete(number: number, objective: number): CompleteTrial {
  return {
    number,
    params: { epochs: 1 },
    basis: { finished: [], running: [] },
    leader: number,
    rationale: null,
    state: 'complete',
    attempt: 1,
    startedAt: '',
    endedAt: '',
    seconds: 1,
    device: 'cpu',
    epochsRun: 1,
    objective,
    bestEpoch: 1,
    stop: { kind: 'budget' },
    verdict: { kind: 'plateau', reason: 'flat', bestEpoch: 1, confidence: 1 },
  }
}

function documentOf(
  losses: readonly number[],
  changes: Partial<StudyDocument> = {},
): StudyDocument {
  return {
    format: 2,
    spec,
    state: 'running',
    reason: '',
    createdAt: '',
    seconds: 0,
    preparation,
    trials: losses.map((loss, i) => complete(i, loss)),
    probes: [],
    export: null,
    ...changes,
  }
}

/**
 * A study on disk with a checkpoint for each trial, and a pool that measures what the trial
 * recorded; `fails` says for which it breaks off.
 */
async function study(
  document: StudyDocument,
  {
    dir = mkdtempSync(join(tmpdir(), 'tune-finalists-')),
    fails = (trial: number): boolean => trial < 0,
    off = 0,
  } = {},
) {
  for (const { number } of document.trials) {
    const best = join(checkpointDir(dir, number, 1), 'best')
    mkdirSync(best, { recursive: true })
    writeFileSync(join(best, 'manifest.json'), '{}')
  }
  // Trials are known to a study only where it has a document
  writeFileSync(join(dir, 'study.json'), JSON.stringify(document))
  const store = await openStore(dir)
  const measured: number[] = []
  const pool = {
    slots: 1,
    close: () => Promise.resolve(),
    run: (job: MeasureJob) => {
      const trial = Number(/trials\/(\d+)\//.exec(job.checkpoint)![1])
      measured.push(trial)
      return {
        stop: () => undefined,
        result: fails(trial)
          ? Promise.reject(new Error('killed'))
          : Promise.resolve(losses(document.trials[trial] as CompleteTrial, off)),
      }
    },
  } as unknown as DevicePool
  return {
    dir,
    store,
    measured,
    run: () =>
      measureFinalists({ store, pool, on: () => undefined, signal: new AbortController().signal }),
  }
}

function losses({ objective }: CompleteTrial, off: number): MeasureResult {
  const examples = (count: number, loss: number) =>
    Array.from({ length: count }, (_, i) => ({
      tokens: 10,
      loss: 10 * (loss + (i % 2 ? 0.2 : -0.2)),
    }))
  return { validation: examples(150, objective + off), test: examples(100, objective + 0.1) }
}

/** In whatever order they were written down. */
const trialsOf = ({ finalists = [] }: StudyDocument): number[] =>
  finalists.map(({ trial }) => trial).sort((a, b) => a - b)
/** Pairs whose difference has an error, each once. */
const pairsOf = ({ finalists = [] }: StudyDocument): string[] =>
  finalists
    .flatMap(({ trial, against }) => against.map(other => [trial, other.trial].sort().join('-')))
    .sort()

describe('the finalists', () => {
  it('are the first three, those that cannot be told from the first, and no more than eight', () => {
    const first = (losses: readonly number[], changes = {}) =>
      testFinalists(documentOf(losses, changes)).map(({ number }) => number)
    expect(first(LOSSES)).toEqual([1, 3, 0])
    expect(first(LOSSES, { spec: { ...spec, finalists: 1 } })).toEqual([1])
    expect(first([2, 1, 1.001, 1.002, 1.003, 1.004])).toEqual([1, 2, 3, 4, 5])
    expect(first(Array.from({ length: 15 }, (_, i) => 1 + i / 10_000))).toHaveLength(8)
    expect(
      first(LOSSES, { spec: { ...spec, objective: 'tokenAccuracy', direction: 'maximize' } }),
    ).toEqual([2, 4, 0])
  })

  it('are one of those that read one epoch of one training', () => {
    const document = documentOf(LOSSES)
    const follower = { ...complete(5, 1), leader: 1 }
    expect(
      testFinalists({ ...document, trials: [...document.trials, follower] }).map(
        ({ number }) => number,
      ),
    ).toEqual([1, 3, 0])
  })

  it('are measured once, and what they come to is recorded with its errors', async () => {
    const { store, measured, run } = await study(documentOf(LOSSES))
    await run()
    await run()
    expect(measured).toEqual([1, 3, 0])
    expect(trialsOf(store.document)).toEqual([0, 1, 3])
    const winner = store.document.finalists!.find(({ trial }) => trial === 1)!
    // Half of the examples 0.2 above the mean and half below: a deviation of 0.2 over the root of
    // 99
    expect(winner.test.loss).toBeCloseTo(1.1, 9)
    expect(winner.test.error).toBeCloseTo(0.2 / Math.sqrt(99), 9)
    expect(winner.validation.error).toBeCloseTo(0.2 / Math.sqrt(149), 9)
    expect(pairsOf(store.document)).toEqual(['0-1', '0-3', '1-3'])
    for (const { against } of store.document.finalists!)
      for (const { error } of against) expect(error).toBeCloseTo(0, 9)
    await store.close()
  })

  it('that were measured before a study was broken off are not measured again', async () => {
    const broken = await study(documentOf(LOSSES), { fails: trial => trial === 3 })
    await expect(broken.run()).rejects.toThrow('killed')
    expect(trialsOf(broken.store.document)).toEqual([0, 1])
    const { document } = broken.store
    await broken.store.close()
    const again = await study(document, { dir: broken.dir })
    await again.run()
    expect(again.measured).toEqual([3])
    expect(pairsOf(again.store.document)).toEqual(['0-1', '0-3', '1-3'])
    await again.store.close()
  })

  it('that are new when a study goes on with more trials are the only ones measured', async () => {
    const first = await study(documentOf(LOSSES))
    await first.run()
    const { document } = first.store
    await first.store.close()
    const on = await study(
      { ...document, trials: [...document.trials, complete(5, 0.5)] },
      { dir: first.dir },
    )
    await on.run()
    expect(on.measured).toEqual([5])
    expect(trialsOf(on.store.document)).toEqual([0, 1, 3, 5])
    await on.store.close()
  })

  it('whose checkpoint does not have the loss that was recorded are refused', async () => {
    const { store, run } = await study(documentOf(LOSSES), { off: 0.05 })
    await expect(run()).rejects.toThrow(
      /measures a validation loss of .* was recorded\. Check that model and data/,
    )
    await store.close()
  })

  it('of a study without a test split are not measured', async () => {
    const { test: _, testTokens: __, ...data } = preparation.data
    const { store, measured, run } = await study(
      documentOf(LOSSES, { preparation: { ...preparation, data } }),
    )
    await run()
    expect(measured).toEqual([])
    await store.close()
  })
})
