import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { AnswerJob, FinetuneTrainJob } from '../../src/record/job.js'
import type { Params } from '../../src/space/parameter.js'
import { createPool, type DevicePool, type PoolOptions } from '../../src/trial/index.js'

export const jobModule = join(import.meta.dirname, 'job-module.mjs')

/** A pool of test jobs that is closed with the test. */
export async function testPool(options: Partial<PoolOptions> = {}): Promise<DevicePool> {
  const pool = await createPool({ devices: ['cpu'], slots: 2, jobModule, ...options })
  onTestFinished(() => pool.close())
  return pool
}

/** A job that does what `job-module.mjs` knows by this name. */
export function job(...prompts: readonly string[]): AnswerJob {
  return { kind: 'answer', model: '', prompts, maxTokens: 1 }
}

export function training(params: Params, earlyStopping = 'verdict'): FinetuneTrainJob {
  const settings = {
    schedule: 'constant',
    warmupSteps: 0,
    weightDecay: 0,
    clipNorm: 0,
    maxLength: 8,
  } as const
  const task = {
    kind: 'finetune',
    model: '',
    data: '',
    validation: 0.2,
    probes: [],
    training: settings,
  } as const
  return {
    kind: 'train',
    task,
    seed: 1,
    trial: 0,
    attempt: 1,
    params,
    earlyStopping,
    epochCounts: [],
    checkpointDir: '',
    resumeFrom: [],
  }
}

export function temporaryFile(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tune-trial-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return join(dir, 'file')
}

export async function until(holds: () => boolean, ms = 10_000): Promise<number> {
  const began = performance.now()
  while (!holds()) {
    if (performance.now() - began > ms) throw new Error(`not so within ${ms} ms: ${String(holds)}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
  return performance.now() - began
}

export const appears = (path: string) => until(() => existsSync(path))

export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
