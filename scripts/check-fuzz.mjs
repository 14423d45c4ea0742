// Compares what the readers find in files as people have them with what outside tools find:
// node scripts/check-fuzz.mjs [PYTHON] [--all]
//
// PYTHON has the packages of scripts/setup-oracle.sh; scripts/golden/data_fuzz.py makes the files with
// it. Build first (npm run build). Prints the files whose rows differ, and those that are refused,
// with the message; --all prints the equal ones too. Exit code 1 where rows differ without a word.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SourceNumber } from '../dist/model-folder/source-json.js'
import { readRecords } from '../dist/dataset/readers/records.js'

const words = process.argv.slice(2)
const all = words.includes('--all')
const [python = '.venv-oracle/bin/python'] = words.filter(word => !word.startsWith('--'))
const folder = mkdtempSync(join(tmpdir(), 'tune-fuzz-'))
const script = join(import.meta.dirname, 'golden/data_fuzz.py')
const made = spawnSync(python, [script, folder], { stdio: 'inherit' })
if (made.status !== 0) process.exit(2)

/** @typedef {{ line: number, value: unknown, problem?: string }} Raw */

/** Values as texts: numbers as the file spells them, and no keys that are null. @param {unknown} value @returns {unknown} */
function plain(value) {
  if (value instanceof SourceNumber) return value.text
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== null && inner !== undefined)
      .map(([key, inner]) => [key, plain(inner)]),
  )
}

/** Where two values differ; null if they mean the same. @param {any} right @param {any} mine @param {string} at @returns {string | null} */
function difference(right, mine, at) {
  if (right?.time !== undefined) return sameTime(right.time, mine) ? null : shown(right, mine, at)
  if (right?.bytes !== undefined)
    right = Array.isArray(mine)
      ? [...right.bytes].map(each => String(each.charCodeAt(0)))
      : right.bytes
  if (Array.isArray(right) && Array.isArray(mine)) {
    if (right.length !== mine.length) return `${at}: ${right.length} items, here ${mine.length}`
    for (const [i, item] of right.entries()) {
      const found = difference(item, mine[i], `${at}[${i}]`)
      if (found) return found
    }
    return null
  }
  // pyarrow has a map as pairs
  if (Array.isArray(right) && mine && typeof mine === 'object') right = Object.fromEntries(right)
  if (right && mine && typeof right === 'object' && typeof mine === 'object') {
    for (const key of new Set([...Object.keys(right), ...Object.keys(mine)])) {
      const found = difference(right[key], mine[key], `${at}.${key}`)
      if (found) return found
    }
    return null
  }
  if ((right ?? null) === (mine ?? null)) return null
  if (typeof right === 'string' && typeof mine === 'string' && right !== '' && mine !== '')
    if (Number(right) === Number(mine) && !/^\d{16,}$/.test(right)) return null
  return shown(right, mine, at)
}

/** @param {unknown} right @param {unknown} mine @param {string} at */
const shown = (right, mine, at) =>
  `${at}: ${JSON.stringify(right)?.slice(0, 80)}, here ${JSON.stringify(mine)?.slice(0, 80)}`

/** @param {string} right @param {unknown} mine */
function sameTime(right, mine) {
  const digits = text =>
    String(text)
      .replace(/\+00:00$|Z$/, '')
      .replace(/\D/g, '')
      .replace(/0+$/, '')
  return digits(right) === digits(mine)
}

const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8'))
const count = { equal: 0, refused: 0, reported: 0, different: 0, own: 0 }
for (const [name, right] of Object.entries(expected)) {
  /** @type {Raw[]} */
  const records = []
  /** @type {string[]} */
  const aside = []
  let error = null
  try {
    const set = (list, size) => void aside.push(`${list} (${size})`)
    for await (const record of readRecords(join(folder, name), () => true, set))
      records.push(record)
  } catch (caught) {
    error = /** @type {Error} */ (caught)
  }
  const [outcome, detail] = judged(right, records, error)
  count[outcome]++
  if (all || outcome !== 'equal')
    console.log(
      `${outcome.padEnd(9)} ${name}${detail.replaceAll(`${folder}/`, '')}${aside.length > 0 ? ` · set aside: ${aside.join(', ')}` : ''}`,
    )
}
rmSync(folder, { recursive: true, force: true })
console.log(
  `${count.equal} equal, ${count.reported} with rows left out and counted, ${count.refused} refused, ` +
    `${count.own} read where no outside tool does, ${count.different} different`,
)
process.exit(count.different > 0 ? 1 : 0)

/** @param {unknown[] | null} right @param {Raw[]} records @param {Error | null} error @returns {[keyof typeof count, string]} */
function judged(right, records, error) {
  if (error) return [error.name === 'UserError' ? 'refused' : 'different', `: ${error.message}`]
  const problems = records.filter(({ problem }) => problem !== undefined)
  const left =
    problems.length > 0
      ? `: ${problems.length} left out, line ${problems[0].line}: ${problems[0].problem}`
      : ''
  if (right === null)
    return [
      'own',
      `${left || ':'} ${records.length} rows, the first ${JSON.stringify(plain(records[0]?.value))?.slice(0, 160)}`,
    ]
  if (records.length !== right.length)
    return ['different', `: ${right.length} rows, here ${records.length}`]
  for (const [i, { value, problem }] of records.entries()) {
    if (problem !== undefined) continue
    const found = difference(plain(right[i]), plain(value), `row ${i + 1}`)
    if (found) return ['different', `: ${found}`]
  }
  return left ? ['reported', left] : ['equal', '']
}
