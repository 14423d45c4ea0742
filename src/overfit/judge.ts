import { fitLine, median } from '../math/statistics.js'
import type { Schedule } from '../record/study.js'
import type { Evidence, Judgement, VerdictKind } from '../record/verdict.js'
import { reasonOf } from './reason.js'

/** One trial's past, and what lies ahead of it. */
export interface CurveHistory {
  /** Epochs run so far, in order, from epoch 1. `loss` is null where a program reports no training loss. */
  readonly epochs: readonly { readonly epoch: number; readonly loss: number | null; readonly valLoss: number }[]
  /** Most epochs this training may run. */
  readonly budget: number
  /** null when unknown, as for a user's own program. */
  readonly schedule: Schedule | null
  /** Tokens that the validation loss is a mean over; null when unknown. */
  readonly validationTokens: number | null
  /** Validation loss before the first step, nats per token; null when unknown. */
  readonly startValLoss: number | null
}

/** Fewest epochs after which a curve has a direction. */
const NEEDED = 3

/**
 * What a trial's own curves say: verdict, best epoch, and whether the epochs ahead are worth their cost.
 *
 * @throws RangeError for a history without epochs
 */
export function judge(history: CurveHistory): Judgement {
  const { epochs, budget, startValLoss } = history
  const n = epochs.length
  if (n === 0) throw new RangeError('a history needs an epoch')
  const loss = epochs.map(epoch => epoch.valLoss)
  const best = lowest(loss)
  const verdict = (kind: VerdictKind, stop: boolean, confidence: number, evidence: Evidence): Judgement => {
    return { kind, stop, confidence, evidence, bestEpoch: best + 1, reason: reasonOf(evidence, best + 1) }
  }
  const broken = epochs.find(epoch => !Number.isFinite(epoch.valLoss) || (epoch.loss !== null && !Number.isFinite(epoch.loss)))
  if (broken) return verdict('diverged', true, 1, { finding: 'not-finite', epoch: broken.epoch })

  const last = loss[n - 1]!
  const start = startValLoss ?? loss[0]!
  const train = epochs.map(epoch => epoch.loss)
  const trainFell = train[0] !== null && train[n - 1]! < Math.min(train[0]!, start) * 0.98
  if (n >= 2 && last > 1.05 * start && loss[best]! > 0.98 * start && !trainFell) {
    return verdict('diverged', n >= NEEDED || last > 2 * start, last > 2 * start ? 0.95 : 0.7, { finding: 'above-start', start, loss: last, epoch: n })
  }
  if (n < NEEDED) return verdict('too-early', false, 0.5, { finding: 'too-few-epochs', epochs: n, needed: NEEDED })

  const drop = Math.max(start - loss[best]!, 0.05 * loss[best]!)
  const scatter = noise(loss)
  const rise = median(loss.slice(Math.max(best, n - 3))) - loss[best]!
  const since = n - 1 - best
  if (since >= 2 && rise > Math.max(3 * scatter, 0.05 * drop) && last > loss[best]!) {
    const trainChange = train[n - 1] === null || train[best] === null ? null : train[n - 1]! - train[best]!
    const sure = since >= 3 || rise > 0.25 * drop
    return verdict('overfit', sure, sure ? 0.9 : 0.7, { finding: 'rose', rise: last - loss[best]!, from: best + 1, to: n, trainChange })
  }
  const memorised = memorisation(loss, train, best)
  if (memorised) return verdict('overfit', since >= 3, since >= 3 ? 0.8 : 0.6, memorised)
  const span = Math.min(5, n)
  const recent = loss.slice(-span)
  const line = fitLine(recent.map((_, i) => i), recent)
  const ahead = Math.max(0, budget - n)
  const from = n - span + 1
  const change = recent[span - 1]! - recent[0]!
  if (Math.abs(line.slope) * span < 0.02 * drop) return verdict('plateau', ahead > 0 && n >= 6, 0.7, { finding: 'flat', from, to: n, change })
  return verdict('still-improving', false, 0.7, { finding: 'falling', from, to: n, fall: -change, epochsLeft: ahead })
}

/** Validation loss over training loss from which on a model is held to know its examples by heart. */
const GAP = 4

/**
 * The pattern of a fine-tuning that has begun to overfit before its validation loss has risen much: no better epoch for
 * two or more, on average at least 1% worse, and training loss fallen further, to under a quarter of validation loss.
 */
function memorisation(loss: readonly number[], train: readonly (number | null)[], best: number): Extract<Evidence, { finding: 'memorised' }> | null {
  const after = loss.slice(best + 1)
  const atBest = train[best] ?? null
  const now = train[train.length - 1] ?? null
  if (after.length < 2 || atBest === null || now === null) return null
  const since = after.reduce((sum, value) => sum + value, 0) / after.length
  if (since < 1.01 * loss[best]! || now > 0.9 * atBest || now * GAP > since) return null
  return { finding: 'memorised', from: best + 1, to: loss.length, best: loss[best]!, since, train: now }
}

function lowest(loss: readonly number[]): number {
  let best = 0
  loss.forEach((value, i) => {
    if (value < loss[best]! || !Number.isFinite(loss[best])) best = i
  })
  return best
}

/** Epoch-to-epoch scatter in nats, from second differences, in which a smooth curve cancels. */
function noise(loss: readonly number[]): number {
  const second = loss.slice(2).map((value, i) => Math.abs(value - 2 * loss[i + 1]! + loss[i]!))
  return second.length < 5 ? 0 : (median(second) * 1.4826) / Math.sqrt(6)
}
