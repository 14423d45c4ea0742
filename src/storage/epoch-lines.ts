import type { EpochMetrics } from '../record/metric.js'

/** One line: an epoch as an attempt reported it. */
export interface EpochLine {
  readonly attempt: number
  readonly metrics: EpochMetrics
}

/** A trial's epochs, of which each counts once: as the newest attempt reported it. */
export interface EpochLines {
  /** In order of epoch. */
  readonly epochs: readonly EpochMetrics[]
  /** Newest attempt that has a line; 0 without lines. */
  readonly attempt: number
  readonly byEpoch: ReadonlyMap<number, EpochLine>
}

export const EMPTY_CURVE: EpochLines = { epochs: [], attempt: 0, byEpoch: new Map() }

export function addEpoch(
  { byEpoch }: EpochLines,
  attempt: number,
  metrics: EpochMetrics,
): EpochLines {
  return fromLines([...byEpoch.values(), { attempt, metrics }])
}

/** @param lines in the order in which they were written */
export function fromLines(lines: readonly EpochLine[]): EpochLines {
  const byEpoch = new Map<number, EpochLine>()
  let newest = 0
  for (const line of lines) {
    if (line.attempt >= (byEpoch.get(line.metrics.epoch)?.attempt ?? 0))
      byEpoch.set(line.metrics.epoch, line)
    newest = Math.max(newest, line.attempt)
  }
  const epochs = [...byEpoch.values()]
    .map(({ metrics }) => metrics)
    .sort((a, b) => a.epoch - b.epoch)
  return { epochs, attempt: newest, byEpoch }
}
