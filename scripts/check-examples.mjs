// Runs the examples of trainings of one's own, each to its export: node scripts/check-examples.mjs
// FOLDER
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

const [studies] = process.argv.slice(2)
const root = join(import.meta.dirname, '..')
const tune = (...words) =>
  spawnSync(process.execPath, [join(root, 'bin/tune.js'), ...words, '--studies', studies], {
    encoding: 'utf8',
  })

for (const [name, file] of [
  ['command', 'model.json'],
  ['image-classifier', 'state.safetensors'],
]) {
  cpSync(join(root, 'examples', name), join(studies, name), { recursive: true })
  const run = tune('study', 'run', name)
  assert.equal(run.status, 0, run.stdout + run.stderr)
  const study = JSON.parse(tune('study', 'show', name, '--json').stdout)
  assert.equal(study.state, 'complete', study.reason)
  assert.equal(study.export.verified, true)
  assert.ok(readdirSync(study.export.dir).includes(file), `${file} is exported`)
  assert.ok(
    study.trials.every(({ state, failure }) => state === 'complete' || failure === 'diverged'),
  )
  console.log(
    `${name}: ${study.trials.length} trials, the best at ${study.best.valLoss.toFixed(4)}`,
  )
  if (name !== 'image-classifier') continue
  const said = /a compiled step .*: ([\d.]+) times as fast/.exec(run.stdout)
  assert.ok(said, 'the factor is printed')
  console.log(said[0])
  assert.ok(Number(said[1]) > 1, 'a compiled step is faster')
}
