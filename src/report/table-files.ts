import { leaderboard } from './leaderboard.js'
import type { TrialView } from './trial.js'
import type { StudyView } from './view.js'

type Value = string | number | boolean | null

/**
 * The leaderboard as plain values, one object a row, for a file. A parameter has its own name; one
 * that is called like a fact of the trial, such as `device` or `seconds`, has `param:` before it.
 */
export function leaderboardRecords(view: StudyView): Record<string, Value>[] {
  const { columns, rows } = leaderboard(view)
  const name = columnNames(columns.map(({ key }) => key))
  return rows.map(({ trial, cells }) => ({
    ...Object.fromEntries(columns.map(({ key }) => [name(key), cells[key]!.value])),
    ...facts(trial),
  }))
}

/** The leaderboard as CSV (RFC 4180): header, CRLF, full precision. */
export function leaderboardCsv(view: StudyView): string {
  const records = leaderboardRecords(view)
  const keys = leaderboard(view).columns.map(({ key }) => key)
  const header = records[0] ? Object.keys(records[0]) : keys.map(columnNames(keys))
  const lines = [header, ...records.map(record => header.map(name => record[name] ?? null))]
  return lines.map(line => line.map(field).join(',') + '\r\n').join('')
}

/** What a file has of a trial beside the leaderboard's columns. */
function facts(trial: TrialView): Record<(typeof FACTS)[number], Value> {
  return {
    rankedBy: trial.rank === null ? null : (trial.rankedBy?.by ?? 'raw'),
    epochsRun: trial.epochsRun,
    verdict: trial.verdict?.kind ?? null,
    verdictReason: trial.verdict?.reason ?? null,
    reason: trial.reason,
    device: trial.device,
    leader: trial.leader,
  }
}

const FACTS = [
  'rankedBy',
  'epochsRun',
  'verdict',
  'verdictReason',
  'reason',
  'device',
  'leader',
] as const

const PARAM = 'param:'

/** Names of a file's columns: no parameter hides another column or a fact. */
function columnNames(keys: readonly string[]): (key: string) => string {
  const fixed = new Set<string>([...FACTS, ...keys.filter(key => !key.startsWith(PARAM))])
  return key => {
    const name = key.startsWith(PARAM) ? key.slice(PARAM.length) : key
    return key.startsWith(PARAM) && fixed.has(name) ? key : name
  }
}

function field(value: string | number | boolean | null): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  // A spreadsheet takes text that begins like this for a formula and runs it.
  const safe = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
