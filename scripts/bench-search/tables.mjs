// Regret of the samplers beside peers in the same run.
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kit, runOptuna, runOurs, tasks } from './kit.mjs'
import { has, option, run } from './options.mjs'

const common = [
  '--data',
  'public',
  '--seeds',
  option('seeds', '1'),
  '--budget',
  option('budget', '870'),
  '--tasks',
  tasks.join(','),
]
const out = mkdtempSync(join(tmpdir(), 'tune-bench-search-'))

for (const { space, noise, samplers } of [
  { space: 'A', noise: '0.01', samplers: ['auto', 'tpe', 'sobol'] },
  { space: 'A', noise: '0', samplers: ['auto'] },
  { space: 'B', noise: '0', samplers: ['auto', 'bayesian', 'tpe'] },
]) {
  const problem = ['--space', space, '--noise', noise, ...common]
  const files = samplers.map(sampler => {
    const file = join(out, `${space}-${noise}-${sampler}.jsonl`)
    runOurs(sampler, problem, file)
    return file
  })
  const peers = join(out, `${space}-${noise}-peers.jsonl`)
  run(process.execPath, [
    join(kit, 'baselines.mjs'),
    ...problem,
    '--methods',
    'random,grid (ends),hyperband',
    '--out',
    peers,
  ])
  files.push(peers)
  if (has('optuna')) {
    const file = join(out, `${space}-${noise}-optuna.jsonl`)
    runOptuna(problem, file)
    files.push(file)
  }
  // The scorer names space, noise, budget, tasks and seeds itself.
  console.log(run(process.execPath, [join(kit, 'score.mjs'), ...files]).trim() + '\n')
}
