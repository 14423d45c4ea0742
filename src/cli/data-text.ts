import colors from 'picocolors'
import type { DataReport, DataSample, RecordTrace } from '../record/data-report.js'
import { dataReportLines, format, sampleTitle } from '../report/index.js'
import { visibleText } from '../util/terminal-text.js'
import { print } from './print.js'
import { terminalWidth, wrapLine } from './terminal-width.js'

const NAME = 12

/** The report on a data set, and its first examples with what is trained marked. */
export function printDataReport(report: DataReport): void {
  for (const { name, text, warn } of dataReportLines(report)) printFact(name, text, warn)
  printSamples(report.samples)
  print(`\n${legend()}`)
}

/** The first examples as the model reads them. */
export function printSamples(samples: readonly DataSample[], maxLength = Infinity): void {
  for (const sample of samples)
    print(`\n${colors.bold(sampleTitle(sample))}\n${segmentsText(sample.segments, maxLength)}`)
}

/** How what is trained is marked. */
export function legend(): string {
  return colors.isColorSupported
    ? `What is trained is ${colors.green('green')}; the rest is only read.`
    : 'What is trained stands between ⟦ and ⟧; the rest is only read.'
}

/** One record, from its file to its tokens. */
export function printRecordTrace(trace: RecordTrace): void {
  const { number, file, line, raw, reason, columns, unused, notes } = trace
  print(colors.bold(`Record ${number}, ${file} line ${line}`))
  print(visibleText(raw))
  print('')
  if (reason !== null) printFact('Left out', reason, true)
  if (trace.format !== null) printFact('Format', trace.format)
  const used = Object.entries(columns).map(([role, name]) => `${role} from ${JSON.stringify(name)}`)
  if (used.length > 0) printFact('Columns', used.join(', '))
  if (unused.length > 0)
    printFact('Not used', unused.map(name => JSON.stringify(name)).join(', '), true)
  for (const note of notes) printFact('Note', note, true)
  if (trace.turns.length > 0) print(`\n${colors.bold('Conversation')}`)
  for (const { role, text, trained } of trace.turns)
    print(`${colors.dim(`${role}:`)} ${marked(text, trained)}`)
  for (const [index, { segments, tokens }] of trace.examples.entries()) {
    const of = trace.examples.length > 1 ? ` ${index + 1} of ${trace.examples.length}` : ''
    const cut = trace.truncated > 0 ? ', cut to the maximum length' : ''
    print(`\n${colors.bold(`Example${of}: ${format.plural(tokens.length, 'token')}${cut}`)}`)
    print(segmentsText(segments, Infinity))
    print(`\n${colors.bold('   id  token')}`)
    for (const { id, text, trained } of tokens)
      print(`${String(id).padStart(5)}  ${marked(JSON.stringify(text), trained)}`)
  }
  if (trace.turns.length > 0) print(`\n${legend()}`)
}

function printFact(name: string, text: string, warn = false): void {
  const width = terminalWidth()
  const [first = '', ...further] = wrapLine(
    visibleText(text),
    width === undefined ? undefined : width - NAME,
  ).split('\n')
  const paint = warn ? colors.yellow : String
  print(`${colors.bold(name.padEnd(NAME))}${paint(first)}`)
  for (const line of further) print(`${' '.repeat(NAME)}${paint(line.trimStart())}`)
}

function segmentsText(segments: DataSample['segments'], maxLength: number): string {
  let remaining = maxLength
  const shown = segments.flatMap(({ text, trained }) => {
    const part = text.slice(0, Math.max(0, remaining))
    remaining -= text.length
    return part === '' ? [] : [marked(part, trained)]
  })
  const cut = remaining < 0 ? colors.dim(` … and ${format.count(-remaining)} more characters`) : ''
  return shown.join('') + cut
}

function marked(text: string, trained: boolean): string {
  const shown = visibleText(text)
  if (!trained) return colors.dim(shown)
  return colors.isColorSupported ? colors.green(shown) : `⟦${shown}⟧`
}
