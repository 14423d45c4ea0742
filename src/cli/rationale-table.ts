import { predictionLine, type StudyView } from '../report/index.js'
import { formatTable } from './table.js'

const COLUMNS = ['Trial', 'Rationale', 'Prediction and result']
const WIDTHS = [7, 72, 40]

/** For each trial, why it was suggested, and the prediction beside the result. */
export function rationaleTable({ trials, direction, language }: StudyView): string {
  return formatTable(
    COLUMNS,
    trials.map(trial => [
      String(trial.number),
      `${trial.method ? `${trial.method}: ` : ''}${trial.rationale}`,
      predictionLine(trial, direction, language) ?? '–',
    ]),
    WIDTHS,
  )
}
