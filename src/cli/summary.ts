import colors from 'picocolors'
import {
  calibrationLine,
  finalistsTable,
  format,
  improvementLine,
  leaderboard,
  rankedBy,
  ranksByOtherValue,
  reportWords,
  resultLine,
  retrainedTable,
  sharingLine,
  type Row,
  type StudyView,
} from '../report/index.js'
import { title } from './phase-lines.js'
import { formatTable } from './table.js'
import { verdictLabel } from './trial-lines.js'

/** The summary of a study: leaderboard, overfitted trials, reliability, answers, export. */
export function summary(view: StudyView, rows = 12): string {
  return [board(view, rows), overfitted(view), reliability(view), answers(view), exported(view)]
    .filter(Boolean)
    .join('\n\n')
}

function board(view: StudyView, shown: number): string {
  const { columns, rows } = leaderboard(view)
  const table = formatTable(
    columns.map(({ label }) => label),
    rows.slice(0, shown).map(row => columns.map(({ key }) => cell(row, key, view))),
  )
  const notes = [
    view.objectives || view.repeats || ranksByOtherValue(view) ? rankedBy(view) : null,
    resultLine(view),
    improvementLine(view),
    sharingLine(view),
    calibrationLine(view),
    rows.length > shown
      ? `${rows.length - shown} more rows: tune study show ${view.name} --all`
      : null,
  ]
  return [
    title(reportWords(view.language).sections.leaderboard),
    table,
    ...notes.filter(note => note !== null).map(note => `  ${note}`),
  ].join('\n')
}

function cell({ trial, cells }: Row, key: string, { language }: StudyView): string {
  if (key === 'verdict' && trial.verdict) return verdictLabel(trial.verdict.kind, language)
  const { text } = cells[key]!
  return trial.rank === 1 ? colors.bold(text) : text
}

function overfitted({ overfitted: trials, language }: StudyView): string {
  if (trials.length === 0) return ''
  const { sections, verdicts, trialName } = reportWords(language)
  return [
    title(sections.overfitted),
    `  ${verdicts.overfit.meaning}`,
    ...trials.map(({ number, reason }) => `  ${trialName(number)}: ${reason}`),
  ].join('\n')
}

function reliability({ trust, test, retrained, language }: StudyView): string {
  if (!trust && !test && !retrained) return ''
  const sentences = [trust?.sentence, ...(test?.sentences ?? []), retrained?.sentence]
  const tables = [
    ...(test?.standings.length ? [finalistsTable(test, language)] : []),
    ...(retrained ? [retrainedTable(retrained, language)] : []),
  ]
  const { sections, fullStop } = reportWords(language)
  return [
    title(sections.reliability),
    ...sentences
      .filter(sentence => typeof sentence === 'string')
      .map(sentence => `  ${format.sentence(sentence)}${fullStop}`),
    ...tables.map(({ header, rows }) => formatTable(header, rows)),
    ...(trust?.advice ?? []).map(({ advice, ground }) => `  ${colors.bold(advice)}: ${ground}`),
  ].join('\n')
}

function answers({ probes, language }: StudyView): string {
  if (probes.length === 0) return ''
  const { sections } = reportWords(language)
  const table = formatTable(
    [sections.question, sections.before, sections.after],
    probes.map(({ prompt, before, after }) => [prompt, before ?? '–', after ?? '–']),
    [24, 38, 38],
  )
  return `${title(sections.answers)}\n${table}`
}

function exported({ export: record, language }: StudyView): string {
  if (!record) return ''
  const { files, verified, notVerified } = reportWords(language).exported
  const status = !record.verified
    ? colors.red(notVerified)
    : colors.green(record.recheckedValLoss === null ? files : verified)
  return `${title(reportWords(language).sections.export)} ${record.dir}\n  ${status}`
}
