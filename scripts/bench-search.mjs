// Regret of the search on learning curves of LCBench, beside peers in the same run: `npm run bench:search`.
//
//   --seeds N      seeds a task (1)        --budget N   epochs a study (870, a third of what the references had)
//   --optuna       Optuna's GP too (needs scripts/setup-oracle.sh; minutes)
//   --short        two tasks: what runs on every push
//
// The bench kit is kept beside the repository (../shared/bench) because of its size.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const kit = join(root, '../shared/bench')
if (!existsSync(join(kit, 'run.mjs'))) {
  console.log(`skipped: no bench kit at ${kit}`)
  process.exit(0)
}
const option = (name, otherwise) => (process.argv.includes(`--${name}`) ? process.argv[process.argv.indexOf(`--${name}`) + 1] : otherwise)
const all = Object.keys(JSON.parse(readFileSync(join(kit, 'public/manifest.json'), 'utf8')).tasks)
const tasks = process.argv.includes('--short') ? all.slice(0, 2) : all
const common = ['--data', 'public', '--seeds', option('seeds', '1'), '--budget', option('budget', '870'), '--tasks', tasks.join(',')]
const out = mkdtempSync(join(tmpdir(), 'tune-bench-search-'))

function run(program, args, env = {}) {
  const { status, stderr } = spawnSync(program, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${stderr}`)
}

for (const { space, noise, samplers } of [
  { space: 'A', noise: '0.01', samplers: ['auto', 'tpe', 'sobol'] },
  { space: 'A', noise: '0', samplers: ['auto'] },
  { space: 'B', noise: '0', samplers: ['auto', 'bayesian', 'tpe'] },
]) {
  const problem = ['--space', space, '--noise', noise, ...common]
  const files = samplers.map(sampler => {
    const file = join(out, `${space}-${noise}-${sampler}.jsonl`)
    run(process.execPath, [join(kit, 'run.mjs'), '--optimiser', join(root, 'benchmarks/lcbench.mjs'), '--name', `tune ${sampler}`, ...problem, '--out', file], { TUNE_SAMPLER: sampler })
    return file
  })
  const peers = join(out, `${space}-${noise}-peers.jsonl`)
  run(process.execPath, [join(kit, 'baselines.mjs'), ...problem, '--methods', 'random,grid (ends),hyperband', '--out', peers])
  files.push(peers)
  if (process.argv.includes('--optuna')) {
    const file = join(out, `${space}-${noise}-optuna.jsonl`)
    run(join(root, '.venv-oracle/bin/python'), [join(kit, 'python/optuna_baseline.py'), ...problem, '--samplers', 'gp', '--pruners', 'none', '--jobs', '1', '--out', file])
    files.push(file)
  }
  const { stdout } = spawnSync(process.execPath, [join(kit, 'score.mjs'), ...files], { encoding: 'utf8' })
  // The scorer names space, noise, budget, tasks and seeds itself.
  console.log(stdout.trim() + '\n')
}
