import type { ReportWords } from '../../report/index.js'

/** Labels of the verdicts by kind. */
export function verdictLabels({ verdicts }: ReportWords): Record<string, string> {
  return Object.fromEntries(Object.entries(verdicts).map(([kind, { label }]) => [kind, label]))
}
