import type {
  DataRemarks,
  DataReport,
  DataSample,
  Place,
  ReasonCount,
} from '../record/data-report.js'
import { AUTO_TEST } from '../record/study.js'
import { count, percent, plural } from './format.js'

/** A line of a report: label and text; `warn` marks a possible problem. */
export interface DataLine {
  readonly name: string
  readonly text: string
  readonly warn?: true
}

const DROPPED_SHOWN = 10
const BAR = 30

/** The report on a data set, all but its samples. */
export function dataReportLines(report: DataReport): DataLine[] {
  const { lengths, split, longAnswers } = report
  return [
    { name: 'Format', text: report.format },
    { name: 'Files', text: filesText(report) },
    ...(report.setAside.length > 0
      ? [
          {
            name: 'Skipped',
            text:
              `${plural(report.setAside.length, 'file')} of other splits: ` +
              `${report.setAside.slice(0, 3).join(', ')}${report.setAside.length > 3 ? ', …' : ''}`,
          },
        ]
      : []),
    { name: 'Columns', text: columnsText(report) },
    ...(report.unused.length > 0
      ? [{ name: 'Not used', text: names(report.unused), warn: true as const }]
      : []),
    {
      name: 'Examples',
      text:
        `${count(report.examples)} of ${plural(report.records, 'record')}, ` +
        `${plural(report.turns, 'turn')}`,
    },
    {
      name: 'Tokens',
      text:
        `${count(report.tokens)}, of which ${count(report.trainedTokens)} are trained on ` +
        `(${percent(report.trainedTokens / report.tokens)})`,
    },
    {
      name: 'Lengths',
      text:
        `${count(lengths.shortest)} to ${count(lengths.longest)} tokens, median ` +
        `${count(lengths.median)}`,
    },
    ...histogram(report),
    {
      name: 'Truncated',
      text: `${plural(report.truncated, 'example')} to ${plural(report.maxLength, 'token')}`,
      ...(report.truncated > 0 ? { warn: true as const } : {}),
    },
    {
      name: 'Duplicates',
      text: count(report.duplicates),
      ...(report.duplicates > 0 ? { warn: true as const } : {}),
    },
    {
      name: 'Split',
      text:
        `train ${count(split.train)} (${plural(split.trainTokens, 'target token')}), ` +
        `validation ${count(split.validation)} (${count(split.validationTokens)}), ` +
        `${testText(split)}; ${sharedText(split)}`,
    },
    {
      name: 'Empty',
      text: plural(report.emptyAnswers, 'record without an answer', 'records without an answer'),
      ...(report.emptyAnswers > 0 ? { warn: true as const } : {}),
    },
    {
      name: 'Very long',
      text:
        longAnswers.count === 0
          ? '0 answers'
          : `${plural(longAnswers.count, 'answer')} of more than ${count(longAnswers.over)} ` +
            `tokens, ten times the median: ${longAnswers.first.map(placeText).join(', ')}`,
      ...(longAnswers.count > 0 ? { warn: true as const } : {}),
    },
    ...(report.ambiguous.count > 0
      ? [{ name: 'Ambiguous', text: ambiguousText(report), warn: true as const }]
      : []),
    ...noteLines(report),
    ...droppedLines(report),
  ]
}

function names(columns: readonly string[]): string {
  const shown = columns.slice(0, 12).map(name => JSON.stringify(name))
  const more = columns.length - shown.length
  return `${shown.join(', ')}${more > 0 ? ` and ${plural(more, 'more column')}` : ''}`
}

function ambiguousText({ ambiguous }: DataRemarks, places = true): string {
  const { count: n, first } = ambiguous
  const place = places && first ? ` (first: ${placeText(first)})` : ''
  return `${plural(n, 'question has', 'questions have')} different answers${place}`
}

function noteLines({ notes, modelNotes }: DataReport): DataLine[] {
  const lines = [...notes.map(reasonText), ...modelNotes]
  return lines.map((text, index) => ({ name: index === 0 ? 'Notes' : '', text, warn: true }))
}

/**
 * What of a data set is not used, changed or cut: a sentence each.
 *
 * @param places whether to name where each is first: files have paths of the machine
 */
export function remarkLines(remarks: DataRemarks, { places = true } = {}): string[] {
  const { unused, ambiguous, notes, modelNotes } = remarks
  const counted = ({ reason, count: n }: ReasonCount): string => `${count(n)} × ${reason}`
  return [
    ...(unused.length > 0 ? [`not used: ${names(unused)}`] : []),
    ...(ambiguous.count > 0 ? [ambiguousText(remarks, places)] : []),
    ...notes.map(places ? reasonText : counted),
    ...modelNotes,
  ]
}

function reasonText({ reason, count: n, first }: ReasonCount): string {
  return `${count(n)} × ${reason} (first: ${placeText(first)})`
}

/** A shorter report, for the creation of a study. */
export function dataReportShort(report: DataReport): string[] {
  const { split } = report
  const odd = [
    report.duplicates > 0 && plural(report.duplicates, 'duplicate'),
    report.truncated > 0 &&
      `${count(report.truncated)} truncated to ${plural(report.maxLength, 'token')}`,
    report.droppedCount > 0 &&
      `${plural(report.droppedCount, 'record')} skipped (first: ` +
        `${placeText(report.dropped[0]!)}, ${report.dropped[0]!.reason})`,
  ].filter(text => text !== false)
  return [
    `${report.format}; columns ${columnsText(report)}`,
    `${plural(report.examples, 'example')}: train ${count(split.train)}, ` +
      `validation ${count(split.validation)}, ${testText(split)}; ` +
      `${count(report.trainedTokens)} of ${plural(report.tokens, 'token')} count in the loss`,
    ...(odd.length > 0 ? [odd.join(', ')] : []),
    ...remarkLines(report),
  ]
}

function testText({ test, testTokens, testLeftOut, noTest }: DataReport['split']): string {
  if (noTest === 'few')
    return `no test split (it takes ${count(AUTO_TEST.least)} different records)`
  if (noTest) return 'no test split'
  const skipped =
    testLeftOut > 0
      ? `, without ${plural(testLeftOut, 'example')} of the test set that the data contain too`
      : ''
  return `test ${count(test)} (${count(testTokens)})${skipped}`
}

function sharedText({ shared }: DataReport['split']): string {
  return shared === 0
    ? 'no conversation is in two splits'
    : `${plural(shared, 'conversation')} in two splits`
}

function filesText({ files }: DataReport): string {
  if (files.length === 1) return files[0]!.path
  const shown = files.slice(0, 3).map(({ path, records }) => `${path} (${count(records)})`)
  return `${count(files.length)}: ${shown.join(', ')}${files.length > shown.length ? ', …' : ''}`
}

function columnsText({ columns }: DataReport): string {
  return Object.entries(columns)
    .map(([role, name]) => (role === name ? role : `${role} from ${JSON.stringify(name)}`))
    .join(', ')
}

function histogram({ lengths }: DataReport): DataLine[] {
  const max = Math.max(...lengths.histogram.map(bin => bin.count))
  return lengths.histogram.map(({ from, to, count: n }) => ({
    name: '',
    text:
      `${`${count(from)}–${count(to)}`.padStart(13)} ` +
      `${'█'.repeat(Math.ceil((n / max) * BAR)).padEnd(BAR)} ${count(n)}`,
  }))
}

function droppedLines({ dropped, droppedCount, droppedReasons }: DataReport): DataLine[] {
  if (droppedCount === 0) return [{ name: 'Skipped', text: '0 records' }]
  const shown = dropped.slice(0, DROPPED_SHOWN)
  return [
    {
      name: 'Skipped',
      text: `${plural(droppedCount, 'record')}: ` + droppedReasons.map(reasonText).join('; '),
      warn: true,
    },
    ...shown.map(record => ({ name: '', text: `${placeText(record)}: ${record.reason}` })),
    ...(droppedCount > shown.length
      ? [{ name: '', text: `and ${count(droppedCount - shown.length)} more` }]
      : []),
  ]
}

function placeText({ file, line }: Place): string {
  return file === undefined ? `line ${count(line)}` : `${file} line ${count(line)}`
}

export function sampleTitle(sample: DataSample): string {
  return `${placeText(sample)}, ${plural(sample.tokens, 'token')}`
}
