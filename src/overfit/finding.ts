import type { EpochLosses } from '../record/metric.js'
import type { Finding } from '../record/verdict.js'
import type { CurveFit } from './curve-fit.js'
import type { Outlook } from './outlook.js'
import type { Shape } from './shape.js'

/**
 * A curve for judging: its losses, and the loss before the first epoch, shifted by `offset` if they
 * are not all positive.
 */
export interface Reading {
  readonly epochs: readonly EpochLosses[]
  readonly fit: CurveFit
  readonly start: number | null
  readonly offset: number
}

/** The evidence for a verdict on a curve. */
export function curveFinding(kind: Shape, reading: Reading, outlook: Outlook | null): Finding {
  const { epochs, start, fit } = reading
  const { smooth } = fit
  const n = smooth.length
  const from = Math.max(1, n - Math.max(4, Math.round(n / 5)))
  const change = lossChange(reading, from - 1)
  if (kind === 'plateau') return { finding: 'flat', from, to: n, change }
  if (kind === 'still-improving') {
    if (change > 0) return { finding: 'will-fall', from, to: n, rise: change }
    return {
      finding: 'falling',
      from,
      to: n,
      fall: n === 1 && start !== null ? start - smooth[0]! : -change,
    }
  }
  if (kind === 'diverged' && smooth[n - 1]! > (start ?? smooth[0]!) && !learned(reading))
    return aboveStart(reading)
  const lowest = smooth.indexOf(Math.min(...smooth))
  return {
    finding: 'rose',
    rise: lossChange(reading, lowest),
    from: lowest + 1,
    to: n,
    trainChange: trainChange(epochs, lowest),
    expected: outlook && outlook.rise,
  }
}

/**
 * Change of the loss up to the last epoch: that of the measurements, which a reader can check, if
 * it is close to that of the smoothed curve.
 */
function lossChange({ epochs, fit: { smooth } }: Reading, since: number): number {
  const read = epochs.at(-1)!.valLoss - epochs[since]!.valLoss
  const smoothed = smooth.at(-1)! - smooth[since]!
  return Math.abs(read - smoothed) <= 0.1 * Math.abs(smoothed) ? read : smoothed
}

export function aboveStart({ epochs, start, fit: { smooth }, offset }: Reading): Finding {
  const n = smooth.length
  return {
    finding: 'above-start',
    start: (start ?? smooth[0]!) - offset,
    loss: smooth[n - 1]! - offset,
    epoch: n,
    trainChange: trainChange(epochs, 0),
  }
}

/**
 * Whether training loss has fallen by a twentieth below its start or that of the validation loss.
 */
export function learned({ epochs, start, offset }: Reading): boolean {
  const first = epochs[0]!.loss
  const last = epochs.at(-1)!.loss
  if (first === null || last === null) return false
  return last < first - 0.05 * Math.abs(first) || (start !== null && last < 0.95 * (start - offset))
}

function trainChange(epochs: Reading['epochs'], since: number): number | null {
  const last = epochs.at(-1)!.loss
  const then = epochs[since]!.loss
  return last === null || then === null ? null : last - then
}
