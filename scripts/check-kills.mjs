// Kills a study's manager with SIGKILL at ten random moments, runs it again each time, and holds
// every finished trial to its bytes, and a paused one to the epochs that it had run. What follows
// KILLS goes to `tune study create`; with four parameters searched its trials are paused and gone
// on with: node scripts/check-kills.mjs STUDIES [KILLS] [FLAGS...] such as 10 --trials 6 --epochs 8
// --weight-decay 0..0.2 --dropout 0..0.2
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const [studies, kills = '10', ...flags] = process.argv.slice(2)
const root = join(import.meta.dirname, '..')
const tune = (...words) => [join(root, 'bin/tune.js'), ...words, '--studies', studies]
const name = 'killed'

const made = spawnSync(
  process.execPath,
  tune(
    'study',
    'create',
    name,
    '--model',
    join(root, 'models/pebble'),
    '--data',
    join(root, 'studies/quickstart/data.jsonl'),
    '--probe',
    'Who are you?',
    ...(flags.length > 0 ? flags : ['--trials', '14', '--epochs', '1..12']),
  ),
  { encoding: 'utf8' },
)
assert.equal(made.status, 0, made.stderr)

function show() {
  const shown = spawnSync(process.execPath, tune('study', 'show', name, '--json'), {
    encoding: 'utf8',
  })
  return shown.status === 0 ? JSON.parse(shown.stdout) : null
}

/** What must never change: the record of each finished trial, and its curve. */
function finished(study = show()) {
  if (!study) return new Map()
  const trials = study.trials.filter(({ state }) =>
    ['complete', 'failed', 'pruned'].includes(state),
  )
  const records = new Map(
    JSON.parse(readFileSync(join(studies, name, 'study.json'), 'utf8')).trials.map(trial => [
      trial.number,
      trial,
    ]),
  )
  return new Map(
    trials.map(({ number }) => [
      number,
      digest(
        JSON.stringify(records.get(number)) +
          readFileSync(join(studies, name, 'trials', String(number), 'metrics.jsonl'), 'utf8'),
      ),
    ]),
  )
}

function digest(text) {
  return createHash('sha256').update(text).digest('hex')
}

/** The curves of paused trials: they may grow, and what there is of them stays. */
function curves(study) {
  return new Map(
    (study?.trials ?? [])
      .filter(({ state }) => state === 'paused')
      .map(({ number, epochs }) => [number, epochs.map(({ valLoss }) => valLoss)]),
  )
}

let before = new Map()
let stood = new Map()
for (let kill = 1; kill <= Number(kills); kill++) {
  // The first comes while model and data are read; the others while trials run, later ones later,
  // so that trials of every age are met.
  const wait = kill === 1 ? 2000 : 500 + Math.random() * (4000 + 3000 * kill)
  const manager = spawn(process.execPath, tune('study', 'run', name), {
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const ended = new Promise(resolve =>
    manager.on('exit', (code, signal) => resolve(signal ?? code)),
  )
  let timer
  const arm = () => (timer ??= setTimeout(() => manager.kill('SIGKILL'), wait))
  if (kill === 1) arm()
  manager.stdout.on('data', text => /^Search/m.test(text) && arm())
  const how = await ended
  clearTimeout(timer)
  const shown = show()
  const now = finished(shown)
  for (const [number, bytes] of before)
    assert.equal(now.get(number), bytes, `trial ${number} is what it was before kill ${kill}`)
  for (const [number, curve] of stood)
    assert.deepEqual(
      shown.trials[number].epochs.slice(0, curve.length).map(({ valLoss }) => valLoss),
      curve,
      `the curve of trial ${number} is what it was before kill ${kill}`,
    )
  const paused = curves(shown)
  console.log(
    `kill ${kill} after ${(wait / 1000).toFixed(1)} s: ended by ${how}, ${now.size} trials finished and ${paused.size} paused, all earlier ones unchanged`,
  )
  before = now
  stood = paused
}

const last = spawnSync(process.execPath, tune('study', 'run', name), { encoding: 'utf8' })
assert.equal(last.status, 0, last.stderr + last.stdout)
for (const [number, bytes] of before) assert.equal(finished().get(number), bytes)
const study = show()
assert.equal(study.state, 'complete')
if (study.progress.epochs) assert.ok(study.progress.epochs.spent <= study.progress.epochs.budget)
else assert.equal(study.trials.length, study.progress.total)
assert.ok(study.trials.every(({ state }) => ['complete', 'failed', 'pruned'].includes(state)))
assert.equal(study.export.verified, true)
assert.ok(readdirSync(study.export.dir).includes('model.safetensors'))
const spent = study.progress.epochs
  ? `, ${study.progress.epochs.spent} of ${study.progress.epochs.budget} epochs`
  : ''
console.log(
  `complete: ${study.trials.length} trials${spent}, attempts ${study.trials.map(({ attempt }) => attempt).join(' ')}, export verified`,
)
