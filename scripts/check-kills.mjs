// Kills a study's manager with SIGKILL at ten random moments, runs it again each time, and holds every finished trial to its bytes:
// node scripts/check-kills.mjs STUDIES [KILLS]
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const [studies, kills = '10'] = process.argv.slice(2)
const root = join(import.meta.dirname, '..')
const tune = (...words) => [join(root, 'bin/tune.js'), ...words, '--studies', studies]
const name = 'killed'

const made = spawnSync(process.execPath, tune('study', 'create', name, '--model', join(root, 'models/pebble'), '--data', join(root, 'studies/quickstart/data.jsonl'), '--probe', 'Who are you?', '--trials', '14', '--epochs', '1..12'), { encoding: 'utf8' })
assert.equal(made.status, 0, made.stderr)

/** What must never change: the record of each finished trial, and its curve. */
function finished() {
  const shown = spawnSync(process.execPath, tune('study', 'show', name, '--json'), { encoding: 'utf8' })
  if (shown.status !== 0) return new Map()
  const trials = JSON.parse(shown.stdout).trials.filter(({ state }) => state === 'complete' || state === 'failed')
  const records = new Map(JSON.parse(readFileSync(join(studies, name, 'study.json'), 'utf8')).trials.map(trial => [trial.number, trial]))
  return new Map(trials.map(({ number }) => [number, digest(JSON.stringify(records.get(number)) + readFileSync(join(studies, name, 'trials', String(number), 'metrics.jsonl'), 'utf8'))]))
}

function digest(text) {
  return createHash('sha256').update(text).digest('hex')
}

let before = new Map()
for (let kill = 1; kill <= Number(kills); kill++) {
  const wait = 2000 + Math.random() * 7000
  const manager = spawn(process.execPath, tune('study', 'run', name), { stdio: 'ignore' })
  const ended = new Promise(resolve => manager.on('exit', (code, signal) => resolve(signal ?? code)))
  const timer = setTimeout(() => manager.kill('SIGKILL'), wait)
  const how = await ended
  clearTimeout(timer)
  const now = finished()
  for (const [number, bytes] of before) assert.equal(now.get(number), bytes, `trial ${number} is what it was before kill ${kill}`)
  console.log(`kill ${kill} after ${(wait / 1000).toFixed(1)} s: ended by ${how}, ${now.size} trials finished, all earlier ones unchanged`)
  before = now
}

const last = spawnSync(process.execPath, tune('study', 'run', name), { encoding: 'utf8' })
assert.equal(last.status, 0, last.stderr + last.stdout)
for (const [number, bytes] of before) assert.equal(finished().get(number), bytes)
const study = JSON.parse(spawnSync(process.execPath, tune('study', 'show', name, '--json'), { encoding: 'utf8' }).stdout)
assert.equal(study.state, 'complete')
assert.equal(study.trials.length, 14)
assert.equal(study.export.verified, true)
assert.ok(readdirSync(study.export.dir).includes('model.safetensors'))
console.log(`complete: ${study.trials.length} trials, attempts ${study.trials.map(({ attempt }) => attempt).join(' ')}, export verified`)
