import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import type { EpochMetrics } from '../../src/record/metric.js'
import type { CommandTask } from '../../src/kinds/command/task.js'
import type { ModuleTask } from '../../src/kinds/module/task.js'
import type { Params } from '../../src/space/parameter.js'
import { createPool, type DevicePool, type Running, type TrainJob } from '../../src/trial/index.js'
import type { TrainResult } from '../../src/record/job.js'

export function temporaryDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'tune-own-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

/** A pool that runs what users bring, closed with the test. */
export async function ownPool(slots = 1): Promise<DevicePool> {
  const pool = await createPool({ devices: ['cpu'], slots })
  onTestFinished(() => pool.close())
  return pool
}

/** A module whose `train` has this body. */
export function moduleOf(dir: string, body: string): ModuleTask | CommandTask {
  const module = join(dir, 'train.mjs')
  writeFileSync(
    module,
    `import fs from 'node:fs'\nimport { join } from 'node:path'\nexport async function train(trial) {\n${body}\n}\n`,
  )
  return { kind: 'module', module, schedule: null }
}

/** A program of this text, run by node. */
export function commandOf(
  dir: string,
  text: string,
  ...args: readonly string[]
): ModuleTask | CommandTask {
  const file = join(dir, 'program.mjs')
  writeFileSync(
    file,
    `import fs from 'node:fs'\nimport { join } from 'node:path'\nconst say = line => console.log(JSON.stringify(line))\nconst sleep = ms => new Promise(resolve => setTimeout(resolve, ms))\n${text}\n`,
  )
  return {
    kind: 'command',
    command: [process.execPath, file, ...args],
    directory: dir,
    schedule: null,
  }
}

export function attemptOf(
  dir: string,
  task: ModuleTask | CommandTask,
  params: Params,
  attempt = 1,
  earlyStopping = 'verdict',
): TrainJob {
  const at = (k: number) => join(dir, 'trials', '0', 'checkpoint', `attempt-${k}`)
  return {
    kind: 'train',
    task,
    seed: 7,
    trial: 0,
    attempt,
    params,
    earlyStopping,
    epochCounts: [],
    checkpointDir: at(attempt),
    resumeFrom: attempt > 1 ? [at(attempt - 1)] : [],
  }
}

export interface Watched {
  readonly running: Running<TrainResult>
  readonly epochs: EpochMetrics[]
  readonly notes: string[]
}

export function start(
  pool: DevicePool,
  job: TrainJob,
  onEpoch: (metrics: EpochMetrics) => void = () => undefined,
): Watched {
  const epochs: EpochMetrics[] = []
  const notes: string[] = []
  const running = pool.run(job, {
    epoch: metrics => {
      epochs.push(metrics)
      onEpoch(metrics)
    },
    note: message => void notes.push(message),
  })
  return { running: running as Running<TrainResult>, epochs, notes }
}
