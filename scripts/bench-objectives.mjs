// Search for two objectives at once, beside Optuna in the same run: `node scripts/build.mjs && node
// scripts/bench-objectives.mjs`.
//
//   --seeds N      studies of each kind (5)        --trials N     trials of a study (60)
//   --samplers     of ours, with commas (bayesian,tpe,cma-es,random)
//   --peers        of Optuna's (nsga2,tpe,gp); needs scripts/setup-oracle.sh
//
// Problems: Zitzler, Deb & Thiele, "Comparison of multiobjective evolutionary algorithms",
// Evolutionary Computation 2000, with five parameters. What is printed is the hypervolume that a
// study's trials reach below (1.1, 2.2), as a share of what the true front has.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { hypervolume } from '../dist/math/hypervolume.js'
import { createSampler } from '../dist/search/registry.js'

const option = (name, otherwise) =>
  process.argv.includes(`--${name}`)
    ? process.argv[process.argv.indexOf(`--${name}`) + 1]
    : otherwise
const [seeds, trials] = [Number(option('seeds', '5')), Number(option('trials', '60'))]
const DIMENSIONS = 5
const REFERENCE = [1.1, 2.2]

const heights = {
  ZDT1: share => 1 - Math.sqrt(share),
  ZDT2: share => 1 - share ** 2,
  ZDT3: (share, x) => 1 - Math.sqrt(share) - share * Math.sin(10 * Math.PI * x),
}
const space = Array.from({ length: DIMENSIONS }, (_, i) => ({
  kind: 'float',
  name: `x${i}`,
  low: 0,
  high: 1,
  scale: 'linear',
}))

function lossesOf(problem, params) {
  const [first, ...rest] = space.map(({ name }) => params[name])
  const g = 1 + (9 * rest.reduce((sum, x) => sum + x, 0)) / rest.length
  return [first, g * heights[problem](first / g, first)]
}

function study(sampler, problem, seed) {
  const curves = []
  for (let trialNumber = 0; trialNumber < trials; trialNumber++) {
    const { params } = sampler.suggest(space, curves, { seed, trialNumber })
    const objectives = lossesOf(problem, params)
    curves.push({
      trial: trialNumber,
      params,
      state: 'complete',
      losses: [objectives[0]],
      loss: objectives[0],
      objectives,
    })
  }
  return curves.map(({ objectives }) => objectives)
}

function peer(sampler, problem) {
  const python = fileURLToPath(new URL('../.venv-oracle/bin/python', import.meta.url))
  if (!existsSync(python)) return null
  const ask = JSON.stringify({ problem, dimensions: DIMENSIONS, trials, seeds, sampler })
  const { status, stdout, stderr } = spawnSync(
    python,
    [fileURLToPath(new URL('bench_objectives_peer.py', import.meta.url)), ask],
    { encoding: 'utf8', maxBuffer: 1e9 },
  )
  if (status !== 0) throw new Error(stderr)
  return JSON.parse(stdout)
}

const rows = [
  ...option('samplers', 'bayesian,tpe,cma-es,random')
    .split(',')
    .map(name => ({
      name: `tune ${name}`,
      run: problem =>
        Array.from({ length: seeds }, (_, seed) =>
          study(createSampler({ name, options: {} }), problem, seed),
        ),
    })),
  ...option('peers', 'nsga2,tpe,gp')
    .split(',')
    .filter(Boolean)
    .map(name => ({ name: `Optuna ${name}`, run: problem => peer(name, problem) })),
]
console.log(
  `hypervolume reached in ${trials} trials, share of the true front's; mean of ${seeds} seeds ± its standard error\n`,
)
console.log(`| sampler | ${Object.keys(heights).join(' | ')} |\n|---|${'--:|'.repeat(3)}`)
for (const { name, run } of rows) {
  const cells = Object.keys(heights).map(problem => {
    const found = run(problem)
    if (!found) return '–'
    const front = Array.from({ length: 2001 }, (_, i) => [
      i / 2000,
      heights[problem](i / 2000, i / 2000),
    ])
    const shares = found.map(
      points => hypervolume(points, REFERENCE) / hypervolume(front, REFERENCE),
    )
    const mean = shares.reduce((sum, share) => sum + share, 0) / seeds
    const error = Math.sqrt(
      shares.reduce((sum, share) => sum + (share - mean) ** 2, 0) / Math.max(1, seeds - 1) / seeds,
    )
    return `${mean.toFixed(3)} ± ${error.toFixed(3)}`
  })
  console.log(`| ${name} | ${cells.join(' | ')} |`)
}
