import Table from 'cli-table3'
import colors from 'picocolors'
import { leaderboard, resultLine, savedLine, VERDICT_WORDS, type Row, type StudyView } from '../report/index.js'
import { title, verdictWord } from './narrator.js'

/** What a finished, or stopped, study has to say: leaderboard, overfitted trials, answers, export. */
export function summary(view: StudyView, rows = 12): string {
  return [board(view, rows), verdicts(view), answers(view), exported(view)].filter(Boolean).join('\n\n')
}

function board(view: StudyView, shown: number): string {
  const { columns, rows } = leaderboard(view)
  const table = new Table({ head: columns.map(({ label }) => label), style: { head: ['cyan'], border: ['dim'], compact: true } })
  for (const row of rows.slice(0, shown)) table.push(columns.map(({ key }) => cell(row, key)))
  const notes = [resultLine(view), savedLine(view), rows.length > shown ? `${rows.length - shown} more rows: tune study show ${view.name} --all` : null]
  return [title('Leaderboard'), table.toString(), ...notes.filter(note => note !== null).map(note => `  ${note}`)].join('\n')
}

function cell({ trial, cells }: Row, key: string): string {
  if (key === 'verdict' && trial.verdict) return verdictWord(trial.verdict.kind).trim()
  const { text } = cells[key]!
  return trial.rank === 1 ? colors.bold(text) : text
}

function verdicts({ overfitted }: StudyView): string {
  if (overfitted.length === 0) return ''
  return [`${title('Overfit')} ${VERDICT_WORDS.overfit.meaning}`, ...overfitted.map(({ number, reason }) => `  trial ${number}: ${reason}`)].join('\n')
}

function answers({ probes }: StudyView): string {
  if (probes.length === 0) return ''
  const table = new Table({ head: ['Question', 'Before', 'After'], colWidths: [24, 38, 38], wordWrap: true, style: { head: ['cyan'], border: ['dim'] } })
  for (const { prompt, before, after } of probes) table.push([prompt, before ?? '–', after ?? '–'])
  return `${title('Answers')}\n${table.toString()}`
}

function exported({ export: made }: StudyView): string {
  if (!made) return ''
  return `${title('Export')} ${made.dir}\n  ${made.verified ? colors.green('verified: reloaded from disk, its validation loss is the recorded one') : colors.red('not verified')}`
}
