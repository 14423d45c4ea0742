// Milliseconds of wall clock that one suggestion costs after so many finished trials, ours and
// Optuna's in the same run, medians. Each suggestion is tried and its loss told before the next one
// is asked for. The Gaussian process learns its lengths and noise anew when trials have grown by an
// eighth; what such a suggestion costs, and the first of a study that goes on, stands beside. Each
// sampler has a process of its own: the peak of its memory is read off it.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildIfStale } from '../build.mjs'
import { has, option, python, root, run } from './options.mjs'

const SIZES = [50, 200, 1000]
const DIMENSIONS = has('parameters') ? [Number(option('parameters'))] : [3, 10]
const EPOCHS = 20
/**
 * As ours has. Beside other work several threads wait for each other: after 200 trials with ten
 * parameters 2.2 s with two of them, 1.0 s with one.
 */
const ONE_THREAD = { OMP_NUM_THREADS: '1' }
/** Suggestions of the same study before those that are measured. */
const WARM = 40
const MEASURED = 5

if (has('cell')) await cell(JSON.parse(option('cell')))
else compare()

function compare() {
  buildIfStale()
  const peer = existsSync(python) && run(python, ['-c', 'import optuna']) === ''
  if (!peer) console.log('without Optuna: bash scripts/setup-oracle.sh installs it')
  const ours = (sampler, dimensions, sizes) =>
    JSON.parse(
      run(process.execPath, [
        fileURLToPath(import.meta.url),
        '--cell',
        JSON.stringify({ sampler, dimensions, sizes }),
      ]),
    )
  console.log(
    "| parameters | finished trials | ours: GP | GP, learning anew | epoch-aware | TPE | Optuna: GP | TPE | GP: ours / Optuna's |\n|--:|--:|--:|--:|--:|--:|--:|--:|--:|",
  )
  for (const dimensions of DIMENSIONS) {
    const [{ medians: gp, anew }, { medians: joint }, { medians: tpe }] = [
      'bayesian',
      'epoch-aware',
      'tpe',
    ].map(sampler => ours(sampler, dimensions, SIZES))
    const peers = peer
      ? JSON.parse(
          run(
            python,
            [
              join(root, 'scripts/bench-search/overhead_peer.py'),
              ...[dimensions, ...SIZES].map(String),
            ],
            ONE_THREAD,
          ),
        )
      : []
    for (const [i, size] of SIZES.entries()) {
      const theirs = peers[i] ?? {}
      const ratio = theirs.gp ? (gp[i] / theirs.gp).toFixed(3) : '-'
      console.log(
        `| ${dimensions} | ${size} | ${[gp[i], anew[i], joint[i], tpe[i], theirs.gp, theirs.tpe].map(ms => ms?.toFixed(1) ?? '-').join(' | ')} | ${ratio} |`,
      )
    }
  }
  console.log(
    '\n| after 10,000 finished trials | parameters | ms | peak memory, MB |\n|---|--:|--:|--:|',
  )
  for (const sampler of ['bayesian', 'epoch-aware', 'tpe']) {
    for (const dimensions of DIMENSIONS) {
      const { medians, peak } = ours(sampler, dimensions, [10_000])
      console.log(`| ${sampler} | ${dimensions} | ${medians[0].toFixed(0)} | ${peak.toFixed(0)} |`)
    }
  }
}

async function cell({ sampler: name, dimensions, sizes }) {
  const { createSampler } = await import('../../dist/search/registry.js')
  const { epochAware } = await import('../../dist/search/epoch-aware/epoch-aware.js')
  const { keyedUniform } = await import('../../dist/math/random.js')
  const uniform = keyedUniform([1])
  /** @type {import('../../dist/space/parameter.js').Space} */
  const space = Array.from({ length: dimensions }, (_, i) => ({
    kind: 'float',
    name: `p${i}`,
    low: 1e-4,
    high: 1e-1,
    scale: 'log',
  }))
  const draw = () => Object.fromEntries(space.map(({ name }) => [name, 10 ** (-4 + 3 * uniform())]))
  const lossOf = params =>
    0.4 +
    (0.2 * space.reduce((sum, { name }) => sum + (Math.log10(params[name]) + 2.2) ** 2, 0)) /
      dimensions +
    0.02 * (uniform() - 0.5)
  const curveOf = loss => Array.from({ length: EPOCHS }, (_, i) => loss + 1 / (i + 1) - 1 / EPOCHS)
  let number = 0
  const tried = params => {
    const loss = lossOf(params)
    return { trial: number++, params, loss, losses: curveOf(loss), state: 'complete' }
  }
  const once = name === 'epoch-aware' ? allocate : sample
  function sample(trials, seed) {
    return createSampler({ name, options: {} }).suggest(space, trials, {
      seed,
      trialNumber: trials.length,
    })
  }
  function allocate(trials, seed) {
    return epochAware({ initial: 4 }).allocate(space, trials, {
      seed,
      step: trials.length,
      maxEpochs: EPOCHS,
    })
  }
  const timed = (trials, seed) => {
    const began = performance.now()
    const suggestion = once(trials, seed)
    const took = performance.now() - began
    if (!('params' in suggestion)) throw new Error(`${name} suggests nothing`)
    trials.push(tried(suggestion.params))
    return took
  }
  const median = times => times.sort((a, b) => a - b)[Math.floor(times.length / 2)]
  const medians = []
  const anew = []
  for (const size of sizes) {
    // A study that has come so far: its first calls have compiled what these run.
    const trials = Array.from({ length: size - WARM }, () => tried(draw()))
    medians.push(
      median(Array.from({ length: WARM + MEASURED }, () => timed(trials, 1)).slice(WARM)),
    )
    // Under another seed nothing is known yet.
    anew.push(median(Array.from({ length: MEASURED }, (_, i) => timed(trials, 2 + i))))
  }
  console.log(JSON.stringify({ medians, anew, peak: process.resourceUsage().maxRSS / 1024 }))
}
