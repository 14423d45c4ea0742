import { leaderboard } from './leaderboard.js'
import type { StudyView } from './view.js'

/** The leaderboard as plain values, one object a row, for a file. */
export function leaderboardRecords(
  view: StudyView,
): Record<string, string | number | boolean | null>[] {
  const { columns, rows } = leaderboard(view)
  return rows.map(({ trial, cells }) => ({
    ...Object.fromEntries(
      columns.map(({ key }) => [key.replace(/^param:/, ''), cells[key]!.value]),
    ),
    rankedBy: trial.rank === null ? null : (trial.rankedBy?.by ?? 'raw'),
    epochsRun: trial.epochsRun,
    verdict: trial.verdict?.kind ?? null,
    verdictReason: trial.verdict?.reason ?? null,
    reason: trial.reason,
    device: trial.device,
    leader: trial.leader,
  }))
}

/** The leaderboard as CSV (RFC 4180): header, CRLF, full precision. */
export function leaderboardCsv(view: StudyView): string {
  const records = leaderboardRecords(view)
  const { columns } = leaderboard(view)
  const header = records[0]
    ? Object.keys(records[0])
    : columns.map(({ key }) => key.replace(/^param:/, ''))
  const lines = [header, ...records.map(record => header.map(name => record[name] ?? null))]
  return lines.map(line => line.map(field).join(',') + '\r\n').join('')
}

function field(value: string | number | boolean | null): string {
  if (value === null) return ''
  if (typeof value !== 'string') return String(value)
  // A spreadsheet takes text that begins like this for a formula and runs it.
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
