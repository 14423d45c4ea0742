import type { DroppedRecord, Place, ReasonCount } from '../record/data-report.js'

/** A study keeps them for good, and a page shows them. */
const MOST_RECORDS = 100
/** Reasons that quote the data could be as many as the records. */
const MOST_REASONS = 20

/** Counts how often something happened for which reason, and where it did first. */
export class ReasonTally {
  private readonly counts = new Map<string, { count: number; readonly first: Place }>()

  add(reason: string, place: Place): void {
    const key =
      this.counts.has(reason) || this.counts.size < MOST_REASONS ? reason : 'other reasons'
    const entry = this.counts.get(key)
    if (entry) entry.count++
    else this.counts.set(key, { count: 1, first: place })
  }

  /** The commonest first. */
  reasons(): ReasonCount[] {
    return [...this.counts]
      .map(([reason, { count, first }]) => ({ reason, count, first }))
      .sort((a, b) => b.count - a.count)
  }
}

/** Records that were left out: the first, and how many for which reason. */
export class DroppedRecords {
  readonly first: DroppedRecord[] = []
  count = 0
  private readonly tally = new ReasonTally()

  add(record: DroppedRecord): void {
    this.count++
    if (this.first.length < MOST_RECORDS) this.first.push(record)
    const { reason, ...place } = record
    this.tally.add(reason, place)
  }

  /** The commonest first. */
  reasons(): ReasonCount[] {
    return this.tally.reasons()
  }
}
