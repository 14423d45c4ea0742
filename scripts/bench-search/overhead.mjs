// Milliseconds of wall clock that one suggestion costs after so many finished trials, ours and Optuna's in the same run, medians.
// Each sampler has a process of its own: the peak of its memory is read off it.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildIfStale } from '../build.mjs'
import { has, option, python, root, run } from './options.mjs'

const SIZES = [50, 200, 1000]
const DIMENSIONS = [3, 10]
const EPOCHS = 20

if (has('cell')) await cell(JSON.parse(option('cell')))
else await compare()

async function compare() {
  buildIfStale()
  const peer = existsSync(python) && run(python, ['-c', 'import optuna']) === ''
  if (!peer) console.log('without Optuna: bash scripts/setup-oracle.sh installs it')
  const ours = (sampler, dimensions, sizes) => JSON.parse(run(process.execPath, [fileURLToPath(import.meta.url), '--cell', JSON.stringify({ sampler, dimensions, sizes })]))
  console.log('| parameters | finished trials | ours: GP | epoch-aware | TPE | Optuna: GP | TPE | GP: ours / Optuna\'s |\n|--:|--:|--:|--:|--:|--:|--:|--:|')
  for (const dimensions of DIMENSIONS) {
    const [gp, joint, tpe] = ['bayesian', 'epoch-aware', 'tpe'].map(sampler => ours(sampler, dimensions, SIZES).medians)
    for (const [i, size] of SIZES.entries()) {
      const theirs = peer ? JSON.parse(run(python, [join(root, 'scripts/bench-search/overhead_peer.py'), String(dimensions), String(size)])) : {}
      const ratio = theirs.gp ? (gp[i] / theirs.gp).toFixed(3) : '-'
      console.log(`| ${dimensions} | ${size} | ${[gp[i], joint[i], tpe[i], theirs.gp, theirs.tpe].map(ms => ms?.toFixed(1) ?? '-').join(' | ')} | ${ratio} |`)
    }
  }
  console.log('\n| after 10,000 finished trials | parameters | ms | peak memory, MB |\n|---|--:|--:|--:|')
  for (const sampler of ['bayesian', 'epoch-aware', 'tpe']) {
    for (const dimensions of DIMENSIONS) {
      const { medians, peak } = ours(sampler, dimensions, [10_000])
      console.log(`| ${sampler} | ${dimensions} | ${medians[0].toFixed(0)} | ${peak.toFixed(0)} |`)
    }
  }
}

async function cell({ sampler: name, dimensions, sizes }) {
  const { samplerNamed } = await import('../../dist/search/registry.js')
  const { epochAware } = await import('../../dist/search/epochs/epoch-aware.js')
  const { keyedUniform } = await import('../../dist/math/random.js')
  const uniform = keyedUniform([1])
  const space = Array.from({ length: dimensions }, (_, i) => ({ kind: 'float', name: `p${i}`, low: 1e-4, high: 1e-1, scale: 'log' }))
  const draw = () => Object.fromEntries(space.map(({ name }) => [name, 10 ** (-4 + 3 * uniform())]))
  const lossOf = params => 0.4 + 0.2 * space.reduce((sum, { name }) => sum + (Math.log10(params[name]) + 2.2) ** 2, 0) / dimensions + 0.02 * (uniform() - 0.5)
  const curveOf = loss => Array.from({ length: EPOCHS }, (_, i) => loss + 1 / (i + 1) - 1 / EPOCHS)
  const once = name === 'epoch-aware' ? allocate : sample
  function sample(trials, step) {
    return samplerNamed(name)(space, { observed: trials, pending: [], failed: [] }, { seed: 1, trialNumber: trials.length + step })
  }
  function allocate(trials, step) {
    return epochAware({ initial: 4 })(space, trials, { seed: 1, step, maxEpochs: EPOCHS })
  }
  const medians = sizes.map(size => {
    const trials = Array.from({ length: size }, () => {
      const params = draw()
      const loss = lossOf(params)
      return { params, loss, partial: false, curve: curveOf(loss), state: 'ended' }
    })
    // The first calls compile.
    const times = Array.from({ length: 7 }, (_, step) => {
      const began = performance.now()
      once(trials, step)
      return performance.now() - began
    }).slice(2)
    return times.sort((a, b) => a - b)[2]
  })
  console.log(JSON.stringify({ medians, peak: process.resourceUsage().maxRSS / 1024 }))
}
