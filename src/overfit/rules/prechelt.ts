import { mean, min } from '../../math/statistics.js'
import type { Rule } from './rule.js'

/**
 * The three families of stopping criteria of Prechelt, "Early stopping — but when?", in "Neural
 * Networks: Tricks of the Trade", Springer 1998, section 2.2. The errors of the paper are the
 * losses here; its strips are of five epochs.
 */
const STRIP = 5

/** GL(α): stops as soon as the generalisation loss exceeds α per cent. */
export function generalisationLossRule(alpha: number): Rule {
  return ({ validation }) => {
    const loss = generalisationLoss(validation)
    return loss > alpha
      ? `validation loss is ${loss.toFixed(1)}% above its lowest, more than ${alpha}%`
      : null
  }
}

/** PQ(α): stops at the end of a strip when generalisation loss over training progress exceeds α. */
export function progressQuotientRule(alpha: number, strip = STRIP): Rule {
  return ({ validation, training }) => {
    const known = training.filter(loss => loss !== null)
    if (
      validation.length === 0 ||
      validation.length % strip !== 0 ||
      known.length < validation.length
    )
      return null
    const loss = generalisationLoss(validation)
    const progress = trainingProgress(known, strip)
    const quotient = loss / progress
    return quotient > alpha
      ? `generalisation loss ${loss.toFixed(1)}% over training progress ` +
          `${progress.toFixed(1)}‰ is ${quotient.toFixed(2)}, more than ${alpha}`
      : null
  }
}

/** UP(s): stops when validation loss has risen in s successive strips, each measured at its end. */
export function successiveRisesRule(rises: number, strip = STRIP): Rule {
  return ({ validation }) => {
    const n = validation.length
    // Each of the strips needs the end of the one before it: no epoch 0 was measured.
    if (n === 0 || n % strip !== 0 || n < strip * (rises + 1)) return null
    for (let back = 0; back < rises; back++) {
      if (validation[n - 1 - back * strip]! <= validation[n - 1 - (back + 1) * strip]!) return null
    }
    return `validation loss has risen in ${rises} successive strips of ${strip} epochs`
  }
}

/** GL(t) = 100 (E(t) / min E − 1), per cent. Equation 1. */
export function generalisationLoss(validation: readonly number[]): number {
  return 100 * (validation.at(-1)! / min([...validation]) - 1)
}

/**
 * P(t) = 1000 (mean of the strip's training losses / their lowest − 1), per mille: how much
 * training loss still moves. Equation 2.
 */
export function trainingProgress(training: readonly number[], strip = STRIP): number {
  const last = training.slice(-strip)
  return 1000 * (mean(last) / min(last) - 1)
}
