// The bench kit of learning curves, which is kept beside the repository because of its size.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { has, python, root, run } from './options.mjs'

export const kit = join(root, '../shared/bench')
export const adapter = join(root, 'benchmarks/lcbench.mjs')

if (!existsSync(join(kit, 'run.mjs'))) {
  console.log(`skipped: no bench kit at ${kit}`)
  process.exit(0)
}
const all = Object.keys(JSON.parse(readFileSync(join(kit, 'public/manifest.json'), 'utf8')).tasks)
export const tasks = has('short') ? all.slice(0, 2) : all

/** One of our samplers on all tasks; runs are written to `file`. */
export function runOurs(sampler, problem, file) {
  run(
    process.execPath,
    [
      join(kit, 'run.mjs'),
      '--optimiser',
      adapter,
      '--name',
      `tune ${sampler}`,
      ...problem,
      '--out',
      file,
    ],
    { TUNE_SAMPLER: sampler },
  )
}

/**
 * Optuna's Gaussian process on the same tasks, each trial run to its end and counted with its
 * lowest loss.
 */
export function runOptuna(problem, file) {
  run(python, [
    join(kit, 'python/optuna_baseline.py'),
    ...problem,
    '--samplers',
    'gp',
    '--pruners',
    'none',
    '--jobs',
    '1',
    '--out',
    file,
  ])
}
