import colors from 'picocolors'
import { calibrationLine, gainLine, leaderboard, resultLine, savedLine, VERDICT_WORDS, type Row, type StudyView } from '../report/index.js'
import { title, verdictWord } from './narrator.js'
import { tableOf } from './table.js'

/** What a finished, or stopped, study has to say: leaderboard, overfitted trials, answers, export. */
export function summary(view: StudyView, rows = 12): string {
  return [board(view, rows), verdicts(view), trust(view), answers(view), exported(view)].filter(Boolean).join('\n\n')
}

function board(view: StudyView, shown: number): string {
  const { columns, rows } = leaderboard(view)
  const table = tableOf(
    columns.map(({ label }) => label),
    rows.slice(0, shown).map(row => columns.map(({ key }) => cell(row, key))),
  )
  const notes = [resultLine(view), gainLine(view), savedLine(view), calibrationLine(view), rows.length > shown ? `${rows.length - shown} more rows: tune study show ${view.name} --all` : null]
  return [title('Leaderboard'), table, ...notes.filter(note => note !== null).map(note => `  ${note}`)].join('\n')
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

function trust({ trust: told }: StudyView): string {
  if (!told) return ''
  const advice = told.advice.map(({ advice, ground }) => `  ${colors.bold(advice)}: ${ground}`)
  return [`${title('Trust')} ${told.sentence}`, ...advice].join('\n')
}

function answers({ probes }: StudyView): string {
  if (probes.length === 0) return ''
  const table = tableOf(
    ['Question', 'Before', 'After'],
    probes.map(({ prompt, before, after }) => [prompt, before ?? '–', after ?? '–']),
    [24, 38, 38],
  )
  return `${title('Answers')}\n${table}`
}

function exported({ export: made }: StudyView): string {
  if (!made) return ''
  return `${title('Export')} ${made.dir}\n  ${made.verified ? colors.green(made.recheckedValLoss === null ? 'verified: the files are those that the training saved' : 'verified: reloaded from disk, its validation loss is the recorded one') : colors.red('not verified')}`
}
