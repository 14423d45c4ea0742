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
import { fitTable, formatTable } from './table.js'
import { terminalWidth, wrapLine } from './terminal-width.js'
import { verdictLabel } from './trial-lines.js'
import { visibleText } from '../util/terminal-text.js'

/**
 * The summary of a study: leaderboard, overfitted trials, reliability, answers, export.
 *
 * @param width columns of the terminal; undefined if the output is no terminal
 */
export function summary(view: StudyView, rows = 12, width = terminalWidth()): string {
  const sections = [
    board(view, rows, width),
    overfitted(view, width),
    reliability(view, width),
    answers(view, width),
    exported(view),
  ]
  return sections.filter(Boolean).join('\n\n')
}

/** Columns that a narrow terminal does without, the last of them first. */
const OMITTED_FIRST = ['param', 'mean', 'perplexity', 'seconds', 'state']

function board(view: StudyView, shown: number, width: number | undefined): string {
  const { columns, rows } = leaderboard(view)
  const words = reportWords(view.language)
  const { table, omitted } = fitTable(
    columns.map(({ key, label }, i) => {
      const rank = OMITTED_FIRST.indexOf(key.replace(/:.*/, ''))
      return {
        label,
        cells: rows.slice(0, shown).map(row => cell(row, key, view)),
        // Of the parameters, the last one goes first.
        omission: rank < 0 ? undefined : rank * columns.length + i,
      }
    }),
    width,
  )
  const notes = [
    omitted.length > 0 ? words.sections.hiddenColumns(omitted) : null,
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
    title(words.sections.leaderboard),
    table,
    ...notes.filter(note => note !== null).map(note => wrapLine(`  ${note}`, width)),
  ].join('\n')
}

function cell({ trial, cells }: Row, key: string, { language }: StudyView): string {
  if (key === 'verdict' && trial.verdict) return verdictLabel(trial.verdict.kind, language)
  const { text } = cells[key]!
  return trial.rank === 1 ? colors.bold(text) : text
}

function overfitted(
  { overfitted: trials, language }: StudyView,
  width: number | undefined,
): string {
  if (trials.length === 0) return ''
  const { sections, verdicts, trialName, colon } = reportWords(language)
  return [
    title(sections.overfitted),
    ...[
      verdicts.overfit.meaning,
      ...trials.map(({ number, reason }) => `${trialName(number)}${colon}${reason}`),
    ].map(line => wrapLine(`  ${line}`, width)),
  ].join('\n')
}

function reliability(
  { trust, test, retrained, language }: StudyView,
  width: number | undefined,
): string {
  if (!trust && !test && !retrained) return ''
  const sentences = [trust?.sentence, ...(test?.sentences ?? []), retrained?.sentence]
  const tables = [
    ...(test?.standings.length ? [finalistsTable(test, language)] : []),
    ...(retrained ? [retrainedTable(retrained, language)] : []),
  ]
  const { sections, fullStop, colon } = reportWords(language)
  return [
    title(sections.reliability),
    ...sentences
      .filter(sentence => typeof sentence === 'string')
      .map(sentence => wrapLine(`  ${format.sentence(sentence)}${fullStop}`, width)),
    ...tables.map(({ header, rows }) => measuredTable(header, rows, width)),
    ...(trust?.advice ?? []).map(({ advice, ground }) =>
      wrapLine(`  ${colors.bold(advice)}${colon}${ground}`, width),
    ),
  ].join('\n')
}

function measuredTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  width: number | undefined,
): string {
  const columns = header.map((label, i) => ({
    label,
    cells: rows.map(row => row[i]!),
    omission: undefined,
  }))
  return fitTable(columns, width).table
}

/** Columns of the table of answers; a narrow terminal has less for each. */
const ANSWER_WIDTHS = [24, 38, 38] as const
const ANSWER_BORDERS = 4

function answers({ probes, language }: StudyView, width: number | undefined): string {
  if (probes.length === 0) return ''
  const { sections } = reportWords(language)
  const full = ANSWER_WIDTHS.reduce((sum, column) => sum + column, 0)
  const share = width === undefined ? 1 : (width - ANSWER_BORDERS) / full
  const table = formatTable(
    [sections.question, sections.before, sections.after],
    probes.map(({ prompt, before, after }) =>
      [prompt, before ?? '–', after ?? '–'].map(visibleText),
    ),
    ANSWER_WIDTHS.map(column => Math.floor(column * Math.min(1, share))),
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
