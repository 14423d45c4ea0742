// Regret of the samplers on the learning curves in this repository, beside random search and, if
// `npm run setup:oracle` has been run, Optuna.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import createSearch from '../../benchmarks/lcbench.mjs'
import { curveTables } from './curve-table.mjs'
import { option, python } from './options.mjs'

const SEEDS = Number(option('seeds', '20'))
/** Trials that are run to their end within the budget. */
const TRIALS = 16
const SHARES = [0.25, 0.33, 0.5, 1]
const OURS = ['auto', 'epoch-aware', 'tpe', 'random']

const tables = curveTables()
const reference = new Map(
  tables.map(table => {
    const { losses } = table
    return [table, { best: losses[0], middle: losses[Math.floor(losses.length / 2)] }]
  }),
)
/** @type {{ name: string, search: (problem: any) => any }[]} */
const methods = OURS.map(sampler => ({
  name: sampler === 'random' ? 'random' : `tune ${sampler}`,
  search: problem => {
    process.env.TUNE_SAMPLER = sampler
    return createSearch(problem)
  },
}))
if (existsSync(python))
  for (const sampler of ['tpe', 'gp'])
    methods.push({
      name: `Optuna ${sampler.toUpperCase()}`,
      search: problem => optuna(sampler, problem),
    })

const rows = []
for (const { name, search } of methods) {
  const regrets = []
  for (const table of tables)
    for (let seed = 0; seed < SEEDS; seed++) regrets.push(await regretOf(table, search, seed))
  rows.push([name, ...SHARES.map((_, i) => mean(regrets.map(at => at[i])).toFixed(3))])
}
print()

/** Regret at each share of the budget of epochs: 0 the best configuration, 1 the middle one. */
async function regretOf(table, search, seed) {
  const { best, middle } = /** @type {any} */ (reference.get(table))
  const { epochs: most, params } = table
  const budget = TRIALS * most
  const optimizer = await search({ params, max_epochs: most, budget, seed, space: table.dataset })
  const trials = []
  const at = []
  let consumed = 0
  let chosen = null
  try {
    while (consumed < budget) {
      const next = await optimizer.next()
      if (!next) break
      const { trial, config, epochs } = next
      trials[trial] ??= { curve: table.curve(config), run: 0 }
      const from = trials[trial].run
      const to = Math.min(epochs, from + budget - consumed)
      note(consumed + to - from)
      trials[trial].run = to
      consumed += to - from
      await optimizer.report({
        trial,
        from: from + 1,
        to,
        curve: trials[trial].curve.slice(from, to),
        consumed,
      })
      const { trial: winner, epoch } = await optimizer.best()
      chosen = trials[winner].curve[epoch - 1]
    }
    note(Infinity)
  } finally {
    optimizer.close?.()
  }
  return at

  /** Notes the choice at each share that is passed before so many epochs have run. */
  function note(epochs) {
    while (at.length < SHARES.length && SHARES[at.length] * budget < epochs)
      at.push(chosen === null ? Number.NaN : (chosen - best) / (middle - best))
  }
}

/** Optuna in a process of its own, one line a question; a trial runs to its end. */
function optuna(sampler, { params, max_epochs: epochs, seed }) {
  const peer = fileURLToPath(new URL('shipped_peer.py', import.meta.url))
  const child = spawn(python, [peer], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const send = message => child.stdin.write(`${JSON.stringify(message)}\n`)
  const receive = async () => JSON.parse((await lines.next()).value)
  send({ sampler, seed, params })
  const losses = []
  return {
    async next() {
      const config = await receive()
      return { trial: losses.length, config, epochs }
    },
    report({ curve }) {
      losses.push(curve)
      send(Math.min(...curve))
    },
    best() {
      const lowest = losses.map(curve => Math.min(...curve))
      const trial = lowest.indexOf(Math.min(...lowest))
      return { trial, epoch: losses[trial].indexOf(lowest[trial]) + 1 }
    },
    close: () => child.kill(),
  }
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}

function print() {
  const names = tables.map(({ dataset }) => dataset).join(' and ')
  console.log(
    `Fine-tunings of models/pebble on ${names}: learning rate and batch size, ${TRIALS} trials of ` +
      `${tables[0].epochs} epochs, ${SEEDS} seeds. Mean regret: 0 the best configuration, 1 the ` +
      `middle one.\n`,
  )
  console.log(`| method | ${SHARES.map(share => `${share * 100}%`).join(' | ')} |`)
  console.log(`| --- | ${SHARES.map(() => '--:').join(' | ')} |`)
  for (const row of rows) console.log(`| ${row.join(' | ')} |`)
}
