// Holds a finished quickstart against what it promises: node scripts/check-quickstart.mjs STUDIES
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

const [studies] = process.argv.slice(2)
const shown = spawnSync(
  'npx',
  ['tune', 'study', 'show', 'quickstart', '--studies', studies, '--json'],
  { encoding: 'utf8' },
)
assert.equal(shown.status, 0, shown.stderr)
const study = JSON.parse(shown.stdout)

assert.equal(study.state, 'complete')
assert.ok(study.trials.length >= 12, 'at least twelve trials')
assert.ok(study.trials.filter(({ state }) => state === 'complete').length >= 10)
assert.ok(study.overfitted.length > 0, 'some trials overfit, and say so')
assert.ok(
  study.best.valLoss < study.start.valLoss / 2,
  'the best model is far better than the one it was made from',
)
for (const name of [
  'config.json',
  'model.safetensors',
  'tokenizer.json',
  'generation_config.json',
  'README.md',
])
  assert.ok(existsSync(join(study.export.dir, name)), name)
assert.equal(study.export.verified, true)
for (const { prompt, before, after } of study.probes) {
  assert.ok(before && after, `${prompt} was answered before and after`)
  assert.notEqual(before, after)
}
console.log(study.probes)
