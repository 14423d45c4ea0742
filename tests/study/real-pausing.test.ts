import { spawn } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { closeFinetune, runJob } from '../../src/training/index.js'
import type { StudyDocument } from '../../src/record/document.js'
import type { EpochMetrics } from '../../src/record/metric.js'
import type { FinetuneTask } from '../../src/record/study.js'
import type { TrialRecord } from '../../src/record/trial.js'
import { readStudy } from '../../src/storage/index.js'
import { createStudy, runStudy } from '../../src/study/index.js'
import { temporaryFolder, writeTinyModel } from '../model-folder/fixtures.js'
import { curve, listen } from '../training/fixtures.js'

vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 })
const root = temporaryFolder()
const studies = join(root, 'studies')
const model = join(root, 'model')
const data = join(root, 'data.jsonl')
const EPOCHS = 6

beforeAll(async () => {
  await writeTinyModel(model)
  const names = ['Ada', 'Bo', 'Cem', 'Dan', 'Eve', 'Fay', 'Gus', 'Hal']
  writeFileSync(
    data,
    names
      .flatMap(name =>
        [`Who is ${name}?`, `Where is ${name}?`].map(prompt =>
          JSON.stringify({ prompt, answer: `${name} is here.` }),
        ),
      )
      .join('\n'),
  )
})
afterAll(closeFinetune)

async function make(name: string, slots: number): Promise<void> {
  const space = {
    learningRate: '1e-3..1e-1',
    batchSize: [4, 8],
    epochs: EPOCHS,
    weightDecay: '0..0.1',
    warmupSteps: '0..6',
  }
  await createStudy({
    name,
    studies,
    model,
    data,
    space,
    slots,
    trials: 8,
    earlyStopping: 'off',
    validation: 0.25,
    engine: 'onnxruntime',
  })
}

/** What a study came to, without what the clock says. */
async function outcomeOf(name: string): Promise<{ document: StudyDocument; trials: unknown[] }> {
  const { document, epochs } = await readStudy(join(studies, name))
  const plain = (trial: TrialRecord) => ({
    ...trial,
    attempt: 0,
    startedAt: '',
    endedAt: '',
    seconds: 0,
    curve: curve(epochs.get(trial.number) ?? []),
  })
  return { document, trials: document.trials.map(plain) }
}

/** Runs a study in a process of its own and kills that once so many stages have been given out. */
async function killAt(name: string, stages: number): Promise<void> {
  const manager = spawn(
    process.execPath,
    [join(import.meta.dirname, '../../bin/tune.js'), 'study', 'run', name, '--studies', studies],
    { stdio: 'ignore' },
  )
  const gone = new Promise<number | null>(resolve => manager.on('exit', resolve))
  const file = join(studies, name, 'study.json')
  while (
    !existsSync(file) ||
    [...readFileSync(file, 'utf8').matchAll(/"until":/g)].length < stages
  ) {
    if (manager.exitCode !== null)
      throw new Error(`it ended with ${manager.exitCode} before it had given out ${stages} stages`)
    await sleep(5)
  }
  manager.kill('SIGKILL')
  await gone
}

describe('a study of a tiny Llama, epoch by epoch', () => {
  it('killed twice while it pauses and goes on, comes to the same as an unbroken one, bit by bit', async () => {
    await make('unbroken', 1)
    await make('killed', 1)
    await runStudy({ name: 'unbroken', studies })
    await killAt('killed', 7)
    await killAt('killed', 9)
    await runStudy({ name: 'killed', studies })
    const [unbroken, killed] = [await outcomeOf('unbroken'), await outcomeOf('killed')]
    expect(unbroken.document.reason).toMatch(/^all 48 epochs are spent/)
    expect(killed.trials).toEqual(unbroken.trials)
    expect(killed.document.export).toMatchObject({
      verified: true,
      trial: unbroken.document.export!.trial,
      valLoss: unbroken.document.export!.valLoss,
    })
    expect(killed.document.trials.some(trial => 'attempt' in trial && trial.attempt > 1)).toBe(true)
  })

  it('with two slots: every curve is that of a training that was never paused', async () => {
    await make('two', 2)
    await runStudy({ name: 'two', studies })
    const { document, epochs } = await readStudy(join(studies, 'two'))
    const staged = document.trials.filter(({ stages = [] }) => stages.length > 1)
    expect(staged.length).toBeGreaterThan(0)
    for (const { number, params } of staged) {
      const told: readonly EpochMetrics[] = epochs.get(number)!
      const job = {
        kind: 'train',
        task: document.spec.task as FinetuneTask,
        seed: document.spec.seed,
        trial: number,
        attempt: 1,
        params,
        earlyStopping: 'off',
        epochCounts: [],
        checkpointDir: join(root, `whole-${number}`),
        resumeFrom: [],
      } as const
      const whole = await runJob(job, listen().port, { engine: 'onnxruntime', threads: 1 })
      expect(curve(told)).toEqual(curve(whole.history.slice(0, told.length)))
    }
  })
})
