// What the search benchmarks share: the bench kit, which is kept beside the repository because of its size, and the options of the command line.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))
export const kit = join(root, '../shared/bench')
export const adapter = join(root, 'benchmarks/lcbench.mjs')
export const python = join(root, '.venv-oracle/bin/python')

export const has = name => process.argv.includes(`--${name}`)
export const option = (name, otherwise) => (has(name) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : otherwise)

if (!existsSync(join(kit, 'run.mjs'))) {
  console.log(`skipped: no bench kit at ${kit}`)
  process.exit(0)
}
const all = Object.keys(JSON.parse(readFileSync(join(kit, 'public/manifest.json'), 'utf8')).tasks)
export const tasks = has('short') ? all.slice(0, 2) : all

/** @returns what the program printed */
export function run(program, args, env = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8', maxBuffer: 1 << 28 })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status ?? error}: ${stderr}`)
  return stdout
}

/** One of our samplers on all tasks; runs are written to `file`. */
export function runOurs(sampler, problem, file) {
  run(process.execPath, [join(kit, 'run.mjs'), '--optimiser', adapter, '--name', `tune ${sampler}`, ...problem, '--out', file], { TUNE_SAMPLER: sampler })
}

/** Optuna's Gaussian process on the same tasks, each trial run to its end and counted with its lowest loss. */
export function runOptuna(problem, file) {
  run(python, [join(kit, 'python/optuna_baseline.py'), ...problem, '--samplers', 'gp', '--pruners', 'none', '--jobs', '1', '--out', file])
}
