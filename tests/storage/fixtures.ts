import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { StudyDocument } from '../../src/record/document.js'
import type { EpochMetrics } from '../../src/record/metric.js'
import { type CompleteTrial, type RunningTrial, type WaitingTrial } from '../../src/record/trial.js'
import { finish, start } from '../../src/record/transitions.js'

/** A study's folder that goes away with the test. */
export function temporaryStudy(name = 'llama'): string {
  const root = mkdtempSync(join(tmpdir(), 'tune-storage-'))
  onTestFinished(() => rmSync(root, { recursive: true, force: true }))
  return join(root, name)
}

export function newDocument(name = 'llama'): StudyDocument {
  return {
    format: 2,
    spec: {
      name,
      seed: 1,
      direction: 'minimize',
      space: [
        { kind: 'float', name: 'learningRate', low: 1e-5, high: 1e-2, scale: 'log' },
        { kind: 'categorical', name: 'batchSize', choices: [4, 8, 16] },
        { kind: 'int', name: 'epochs', low: 1, high: 8, scale: 'linear' },
      ],
      sampler: { name: 'bayesian', options: {} },
      trials: 12,
      slots: 2,
      earlyStopping: 'verdict',
      task: {
        kind: 'finetune',
        model: '/models/small',
        data: '/data/pairs.jsonl',
        validation: 0.2,
        probes: ['Who are you?'],
        training: {
          schedule: 'constant',
          warmupSteps: 10,
          weightDecay: 0.01,
          clipNorm: 1,
          maxLength: 128,
        },
      },
    },
    state: 'running',
    reason: 'two trials are running',
    createdAt: '2026-01-01T00:00:00.000Z',
    seconds: 0,
    preparation: null,
    trials: [],
    probes: [{ prompt: 'Who are you?', before: null, after: null }],
    export: null,
  }
}

export function waiting(number: number): WaitingTrial {
  return {
    number,
    params: { learningRate: 1e-3, batchSize: 8, epochs: 4 },
    basis: { finished: [], running: [] },
    leader: number,
    rationale: null,
    state: 'waiting',
  }
}

export function running(number: number, attempt = 1): RunningTrial {
  return start(waiting(number), { attempt, startedAt: '2026-01-01T00:00:01.000Z', device: 'cpu' })
}

export function complete(number: number, objective = 1.5): CompleteTrial {
  return finish(running(number), {
    state: 'complete',
    objective,
    bestEpoch: 3,
    stop: { kind: 'verdict' },
    verdict: { kind: 'overfit', reason: 'validation loss rose', bestEpoch: 3, confidence: 0.9 },
    endedAt: '2026-01-01T00:01:00.000Z',
    seconds: 59,
    epochsRun: 4,
  }) as CompleteTrial
}

export function metrics(epoch: number, valLoss = 2 / epoch): EpochMetrics {
  return { epoch, loss: 1 / epoch, valLoss, learningRate: 1e-3, tokens: 1000, seconds: 0.5 }
}
