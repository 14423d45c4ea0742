import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A program that ends at once, so that a study takes a second. */
const PROGRAM = `
console.log(JSON.stringify({ epoch: 1, valLoss: 0.5 }))
`

/**
 * Runs a study of a command with one parameter, two trials of one epoch.
 *
 * @param {import('../check-cases.mjs').CaseTools} tools
 * @param {string} parameter a line of study.yaml
 * @returns {Promise<string>} the error, or the values that were tried
 */
async function search(tools, parameter) {
  const program = join(tools.folder(), 'train.mjs')
  writeFileSync(program, PROGRAM)
  const shown = await tools.study(
    `command: [node, ${program}]\ntrials: 2\nparameters:\n  epochs: 1\n  ${parameter}\n`,
  )
  if (shown.error !== undefined) return shown.error.replaceAll(/\s+/g, ' ')
  const name = parameter.split(':')[0]
  return `${shown.state} ${shown.trials.length} ${JSON.stringify(shown.trials.map(({ params }) => params[name]))}`
}

/**
 * @param {import('../check-cases.mjs').CaseTools} tools
 * @param {...string} flags of a fine-tuning
 */
async function create(tools, ...flags) {
  const { status, stdout, stderr } = await tools.tune(
    ...['study', 'create', 'flags', '--model', tools.path('model-chatml')],
    ...['--data', tools.path('d24-gpt-first.jsonl'), '--studies', tools.folder(), ...flags],
  )
  return `${status} ${(stderr + stdout).replaceAll(/\s+/g, ' ')}`
}

/** @param {string} id @param {string} parameter @param {RegExp} right */
const space = (id, parameter, right) => ({
  id,
  outcome: tools => search(tools, parameter),
  right,
})

/** @param {string} id @param {readonly string[]} flags @param {RegExp} right */
const flag = (id, flags, right) => ({ id, outcome: tools => create(tools, ...flags), right })

/** @param {string} id @param {readonly [string, RegExp][]} rows each must fit */
const spaces = (id, rows) => ({
  id,
  async outcome(tools) {
    for (const [parameter, right] of rows) {
      const outcome = await search(tools, parameter)
      if (!right.test(outcome)) return `${parameter}: ${outcome}`
    }
    return 'as described'
  },
  right: 'as described',
})

/** @type {readonly import('../check-cases.mjs').Case[]} */
export default [
  space('S02', 'noise: [null, 0.1]', /noise: has null among its choices.*Write "none"/),
  spaces('S03', [
    ['lr: { min: 1e-5, max: 1e-2, distribution: log_uniform_values }', /^complete 2 \[0\.0\d+,/],
    ['lr: { values: [0.1, 0.2] }', /^complete 2 \[0\.[12],0\.[12]\]/],
    ['lr: { value: 0.1 }', /^complete 1 \[0\.1\]/],
    ['lr: { type: float, low: 1e-5, high: 1e-2, log: true }', /^complete 2 \[0\.0\d+,/],
  ]),
  space('S04', 'lr: { low: 0, high: 1, step: 0.3 }', /ends at 0\.9 and does not reach 1/),
  space(
    'S05',
    'lr: { low: .001, high: 1, step: .1, scale: log }',
    /step: is of a linear scale, and the scale is log/,
  ),
  spaces('S06', [
    ['x: [yes, no]', /^complete 2 \["(yes|no)","(yes|no)"\]/],
    ['x: [true, false]', /^complete 2 \[(true|false),(true|false)\]/],
  ]),
  spaces('S07', [
    ['lr: 1e-4..1e-4', /^complete 1 \[0\.0001\]/],
    ['lr: { low: .001, high: .001 }', /^complete 1 \[0\.001\]/],
    ['n: 3..3', /^complete 1 \[3\]/],
  ]),
  spaces('S08', [
    ['lr: 1e-5～1e-2', /"1e-5～1e-2" is written with full-width.*Write 1e-5\.\.1e-2/],
    ['lr: [１e-4，２e-4]', /"１e-4，２e-4" is written with full-width.*\[1e-4, 2e-4\]/],
    ['lr: 1e-5…1e-2', /"1e-5…1e-2" is written with full-width.*Write 1e-5\.\.1e-2/],
  ]),
  {
    id: 'S08a',
    outcome: async tools =>
      (
        await tools.study('command：python train.py\nparameters：\n  lr：1e-5..1e-2\n')
      ).error?.replaceAll(/\s+/g, ' '),
    right: /line 1: has a full-width colon \(：\) after "command"\. Write "command: "/,
  },
  flag('S08d', ['--batch-size', '4，8，16'], /^1 .*"4，8，16".*Write 4,8,16/),
  flag('S08g', ['--learning-rate', '1e-5～1e-2'], /^1 .*"1e-5～1e-2".*Write 1e-5\.\.1e-2/),
  flag('S08h', ['--learning-rate', '1e−5..1e-2'], /^1 .*"1e−5\.\.1e-2".*Write 1e-5\.\.1e-2/),
  flag('S08i', ['--epochs', '1..３'], /^1 .*"1\.\.３".*Write 1\.\.3/),
  space('S10', 'x: [1, 1.0, 1]', /^complete 1 \[1\]/),
  space('S11', 'lr: { low: 0, high: 1, scale: log }', /cannot start at 0/),
  spaces('S12', [
    ['a.b: [1, 2]', /"a\.b" cannot be the name of a parameter/],
    ['a-b: [1, 2]', /^complete 2 \[[12],[12]\]/],
  ]),
]
