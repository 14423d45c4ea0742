import colors from 'picocolors'
import {
  calibrationLine,
  finalistsTable,
  gainLine,
  leaderboard,
  rankedBy,
  resultLine,
  retrainedTable,
  savedLine,
  VERDICT_WORDS,
  type Language,
  type Row,
  type StudyView,
} from '../report/index.js'
import { title, verdictWord } from './narrator.js'
import { tableOf } from './table.js'

/**
 * What a finished, or stopped, study has to say: leaderboard, overfitted trials, answers, export.
 */
export function summary(view: StudyView, rows = 12): string {
  return [board(view, rows), verdicts(view), trust(view), answers(view), exported(view)]
    .filter(Boolean)
    .join('\n\n')
}

function board(view: StudyView, shown: number): string {
  const { columns, rows } = leaderboard(view)
  const table = tableOf(
    columns.map(({ label }) => label),
    rows.slice(0, shown).map(row => columns.map(({ key }) => cell(row, key, view.language))),
  )
  const notes = [
    view.objectives || view.repeats ? rankedBy(view) : null,
    resultLine(view),
    gainLine(view),
    savedLine(view),
    calibrationLine(view),
    rows.length > shown
      ? `${rows.length - shown} more rows: tune study show ${view.name} --all`
      : null,
  ]
  return [
    title('Leaderboard'),
    table,
    ...notes.filter(note => note !== null).map(note => `  ${note}`),
  ].join('\n')
}

function cell({ trial, cells }: Row, key: string, language: Language): string {
  if (key === 'verdict' && trial.verdict) return verdictWord(trial.verdict.kind, language).trim()
  const { text } = cells[key]!
  return trial.rank === 1 ? colors.bold(text) : text
}

function verdicts({ overfitted, language }: StudyView): string {
  if (overfitted.length === 0) return ''
  return [
    `${title('Overfit')} ${VERDICT_WORDS[language].overfit.meaning}`,
    ...overfitted.map(({ number, reason }) => `  trial ${number}: ${reason}`),
  ].join('\n')
}

function trust({ trust: told, test, retrained, language }: StudyView): string {
  if (!told && !test && !retrained) return ''
  const again = retrained?.sentence ? [retrained.sentence] : []
  const [head, ...sentences] = [
    ...(told ? [told.sentence] : []),
    ...(test?.sentences ?? []),
    ...again,
  ]
  const tables = [
    ...(test?.standings.length ? [finalistsTable(test, language)] : []),
    ...(retrained ? [retrainedTable(retrained, language)] : []),
  ]
  const advice = (told?.advice ?? []).map(
    ({ advice, ground }) => `  ${colors.bold(advice)}: ${ground}`,
  )
  return [
    `${title('Trust')} ${head ?? ''}`,
    ...sentences.map(sentence => `  ${sentence}`),
    ...tables.map(({ header, rows }) => tableOf(header, rows)),
    ...advice,
  ].join('\n')
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
