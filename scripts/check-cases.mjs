// Tries files, models, programs and spaces as people bring them, and compares each outcome with the
// right one: node scripts/check-cases.mjs FOLDER [ID…]
//
// FOLDER holds the inputs, described in its CASES.md; the right outcomes are in scripts/cases/.
// Prints a row a case; exit code 1 where one is wrong. With IDs only those cases run.
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import commands from './cases/commands.mjs'
import models from './cases/models.mjs'
import readers from './cases/readers.mjs'
import records from './cases/records.mjs'
import spaces from './cases/spaces.mjs'

/**
 * @typedef {object} CaseTools
 * @property {string} dir the folder of inputs, absolute
 * @property {(file: string, model?: string, ...flags: string[]) => Promise<any>} data
 *   `tune data FILE --model MODEL --json`: the report, or `{ error }` with what was printed
 * @property {(model: string, ...flags: string[]) => Promise<any>} chat
 *   `tune chat MODEL --prompt "Where is berth 3?" --max-tokens 12 --json`, or `{ error }`
 * @property {(definition: string, ...flags: string[]) => Promise<any>} study
 *   runs a study.yaml and returns `tune study show --json`, or `{ error }` of `study run`; with
 *   `printed`, all that the run printed, and `seconds`
 * @property {(name: string) => string} path an input's absolute path
 * @property {(...words: string[]) => Promise<Output>} tune any command line
 * @property {() => string} folder a new empty folder
 *
 * @typedef {{ readonly status: number | null, readonly stdout: string, readonly stderr: string,
 *   readonly seconds: number }} Output
 *
 * @typedef {object} Case
 * @property {string} id
 * @property {(tools: CaseTools) => Promise<unknown>} outcome what came of it, as plain values
 * @property {unknown} right a RegExp that the outcome as text matches, or a value equal to it
 */

const [folder, ...ids] = process.argv.slice(2)
if (folder === undefined || !existsSync(join(folder, 'CASES.md'))) {
  console.error(`${folder ?? '(no folder)'}: has no CASES.md. Name the folder of cases`)
  process.exit(2)
}
const dir = resolve(folder)
const bin = join(import.meta.dirname, '../bin/tune.js')
const work = mkdtempSync(join(tmpdir(), 'tune-cases-'))
let folders = 0

/** @type {CaseTools} */
const tools = {
  dir,
  path: name => join(dir, name),
  folder() {
    const path = join(work, String(folders++))
    mkdirSync(path)
    return path
  },
  tune: (...words) => run(words),
  data: async (file, model = 'model-chatml', ...flags) =>
    json(await run(['data', join(dir, file), '--model', join(dir, model), ...flags, '--json'])),
  chat: async (model, ...flags) =>
    json(
      await run([
        ...['chat', join(dir, model), '--prompt', 'Where is berth 3?', '--max-tokens', '12'],
        ...['--json', ...flags],
      ]),
    ),
  async study(definition, ...flags) {
    const studies = tools.folder()
    mkdirSync(join(studies, 'case'))
    writeFileSync(join(studies, 'case/study.yaml'), definition)
    const at = ['--studies', studies]
    const ran = await run(['study', 'run', 'case', ...at, ...flags])
    const { seconds } = ran
    const printed = ran.stdout + ran.stderr
    const shown = await json(await run(['study', 'show', 'case', '--json', ...at]))
    return { ...(shown.error === undefined ? shown : { error: printed }), printed, seconds }
  },
}

/** @param {readonly string[]} words @returns {Promise<Output>} */
function run(words) {
  const began = Date.now()
  const child = spawn(process.execPath, [bin, ...words], {
    cwd: work,
    env: { ...process.env, NO_COLOR: '1', COLUMNS: '80' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [stdout, stderr] = ['', '']
  child.stdout.setEncoding('utf8').on('data', text => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', text => (stderr += text))
  return new Promise(done =>
    child.on('close', status =>
      done({ status, stdout, stderr, seconds: (Date.now() - began) / 1000 }),
    ),
  )
}

/** @param {Output} output */
function json({ status, stdout, stderr }) {
  if (status !== 0) return { error: (stderr + stdout).trim() }
  return JSON.parse(stdout)
}

/** @param {unknown} value */
const asText = value =>
  value instanceof RegExp
    ? String(value)
    : typeof value === 'string'
      ? value
      : JSON.stringify(value)

/** @param {unknown} right @param {unknown} outcome */
const fits = (right, outcome) =>
  right instanceof RegExp ? right.test(asText(outcome)) : isDeepStrictEqual(outcome, right)

/** @type {readonly Case[]} */
const cases = [...records, ...readers, ...models, ...commands, ...spaces]
const chosen = cases.filter(({ id }) => ids.length === 0 || ids.includes(id))
let wrong = 0
for (const { id, outcome, right } of chosen) {
  const result = await outcome(tools).catch(error => `did not run: ${error.message}`)
  const ok = fits(right, result)
  if (!ok) wrong++
  const line = value => asText(value).replaceAll('\n', '⏎')
  console.log(`${id.padEnd(6)} ${ok ? 'ok   ' : 'WRONG'} ${line(result).slice(0, ok ? 66 : 600)}`)
  if (!ok) console.log(`${' '.repeat(13)}right: ${line(right)}`)
}
rmSync(work, { recursive: true, force: true })

// A case of CASES.md that nothing above tries would pass unseen
const rows = [...readFileSync(join(dir, 'CASES.md'), 'utf8').matchAll(/^\| ([^|]+?) \|/gm)]
const named = rows
  .flatMap(([, cell]) => cell.split(/,\s*/))
  .filter(name => /^[A-Z]\d+[a-z]*$/.test(name))
const missing = named.filter(name => !cases.some(({ id }) => id === name))
if (ids.length === 0 && missing.length > 0) console.log(`Not tried: ${missing.join(', ')}`)
console.log(`${chosen.length - wrong} ok, ${wrong} wrong`)
process.exit(wrong > 0 ? 1 : 0)
