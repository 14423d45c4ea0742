import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** @typedef {import('../check-cases.mjs').CaseTools} CaseTools */

/** @param {unknown} command @param {number} epochs */
const definition = (command, epochs = 2, learningRate = 0.1) =>
  `command: ${JSON.stringify(command)}\nparameters: { learningRate: [${learningRate}], ` +
  `epochs: ${epochs} }\ntrials: 1\nslots: 1\n`

/** @param {any} shown */
const trial = shown => {
  if (shown.error !== undefined) return shown.error
  const { state, epochs, reason, failure, bestEpoch } = shown.trials[0]
  const losses = epochs.map(({ valLoss }) => valLoss).join(' ')
  return `${state} ${failure ?? ''} [${losses}] best ${bestEpoch}: ${reason}`
}

/** A program of the folder, with its arguments; its first trial in a line. */
const program =
  (file, words = [], epochs = 2) =>
  /** @param {CaseTools} tools */
  async ({ study, path }) =>
    trial(await study(definition(['python3', path(`commands/${file}`), ...words], epochs)))

/** @param {string} script with ${OUT} and {learningRate}; @returns what it wrote */
const shell =
  script =>
  /** @param {CaseTools} tools */
  async ({ study, folder }) => {
    const file = join(folder(), 'out')
    const line = `${script} > ${file}; echo '{"epoch": 1, "valLoss": 1}'`
    const shown = await study(definition(['sh', '-c', line], 1))
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : trial(shown)
  }

const HEARD = /^complete {2}\[2\.2 1\.20*2? ?\S*\] best 2: ran all 2 epochs/

/** @type {readonly import('../check-cases.mjs').Case[]} */
export default [
  { id: 'C01', outcome: program('trainer_dicts.py'), right: HEARD },
  {
    id: 'C03',
    outcome: program('float_epochs.py'),
    right: /^failed crashed .*reported epoch 0\.98 where 1 was expected/,
  },
  { id: 'C04', outcome: program('bars.py'), right: HEARD },
  { id: 'C05', outcome: program('prefixes.py', ['ansi']), right: HEARD },
  { id: 'C05b', outcome: program('prefixes.py', ['logger']), right: HEARD },
  { id: 'C05c', outcome: program('prefixes.py', ['rank']), right: HEARD },
  { id: 'C06', outcome: program('nan.py'), right: /^complete .*best 1: .*/ },
  {
    id: 'C07',
    outcome: program('silent.py'),
    right: /^failed crashed .*without a validation loss\. It printed nothing/,
  },
  { id: 'C07s', outcome: program('silent.py'), right: /^failed crashed / },
  {
    id: 'C08',
    outcome: program('short.py', [], 3),
    right: /^complete .*ended after 1 of 3 epochs/,
  },
  {
    id: 'C10',
    outcome: async ({ study, path }) => {
      const words = ['python3', path('commands/orphan.py'), '45']
      const shown = await study(definition(words))
      return `${trial(shown)}${shown.seconds < 25 ? '' : ` after ${shown.seconds} s`}`
    },
    right: /^complete .*ran all 2 epochs$/,
  },
  {
    id: 'C11',
    outcome: async ({ study, path, folder }) => {
      const done = join(folder(), 'done.txt')
      const shown = await study(definition(['python3', path('commands/twice.py'), done]))
      return existsSync(done) ? readFileSync(done, 'utf8').trim() : trial(shown)
    },
    right: 'saved',
  },
  { id: 'C12', outcome: program('stderr.py'), right: HEARD },
  {
    id: 'C13',
    outcome: shell('OUT=/tmp; echo ${OUT}/x {learningRate}'),
    right: '/tmp/x 0.1',
  },
  { id: 'C13b', outcome: shell("echo a | awk '{print $1}'"), right: 'a' },
  { id: 'C13c', outcome: shell('seed=7; echo ${seed}'), right: '7' },
  { id: 'C13d', outcome: shell('echo \'{"lr": {learningRate}}\''), right: '{"lr": 0.1}' },
  { id: 'C14', outcome: program('slashes.py', ['eval/loss']), right: HEARD },
  { id: 'C14c', outcome: program('slashes.py', ['val_loss']), right: HEARD },
  { id: 'C16', outcome: program('ranks.py'), right: /^complete .*\[2\.21 1\.2\S*\] best 2/ },
]
