import type { DroppedRecord } from '../record/data-report.js'

/** Records that were left out: the first, and how many for which reason. */
export interface DroppedRecords {
  add(record: DroppedRecord): void
  readonly count: number
  readonly first: readonly DroppedRecord[]
  /** The commonest first. */
  reasons(): { readonly reason: string; readonly count: number }[]
}

/** A study keeps them for good, and a page shows them. */
const KEPT = 100
/** Reasons that quote what was found could be as many as the records. */
const MOST_REASONS = 20

export function droppedRecords(): DroppedRecords {
  const first: DroppedRecord[] = []
  const counts = new Map<string, number>()
  let count = 0
  return {
    add(record) {
      count++
      if (first.length < KEPT) first.push(record)
      const reasonKey =
        counts.has(record.reason) || counts.size < MOST_REASONS ? record.reason : 'other reasons'
      counts.set(reasonKey, (counts.get(reasonKey) ?? 0) + 1)
    },
    get count() {
      return count
    },
    first,
    reasons: () =>
      [...counts].map(([reason, count]) => ({ reason, count })).sort((a, b) => b.count - a.count),
  }
}
