import { expectedLine, type StudyView } from '../report/index.js'
import { tableOf } from './table.js'

const COLUMNS = ['Trial', 'Why it was chosen', 'Expected, and what came']
const WIDTHS = [7, 72, 40]

/** For each trial, why it was chosen and what was expected of it beside what came. */
export function whyTable({ trials, direction }: StudyView): string {
  return tableOf(
    COLUMNS,
    trials.map(trial => [
      String(trial.number),
      `${trial.method ? `${trial.method}: ` : ''}${trial.chosen}`,
      expectedLine(trial, direction) ?? '–',
    ]),
    WIDTHS,
  )
}
