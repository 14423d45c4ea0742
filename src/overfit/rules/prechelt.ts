import { mean, min } from '../../math/statistics.js'
import { defineStrategy } from '../../settings/define-strategy.js'
import { validationLosses, type Rule } from './rule.js'

/**
 * The three families of stopping criteria of Prechelt, "Early stopping — but when?", in "Neural
 * Networks: Tricks of the Trade", Springer 1998, section 2.2. The errors of the paper are the
 * losses here; its strips are of five epochs.
 *
 *     E(t)   validation loss after epoch t
 *     GL(t)  generalization loss, per cent
 *     P(t)   training progress of the last strip, per mille
 */
const STRIP = 5

/** GL(α): stops as soon as the generalization loss exceeds α per cent. */
export const generalizationLossRule = defineStrategy({
  name: 'GL',
  summary: {
    en: 'stops if the validation loss is above its lowest by more than a percentage',
    zh: '验证损失比最低值高出一定百分比时停止',
  },
  options: [
    {
      name: 'percent',
      type: 'float',
      min: 0,
      max: Number.MAX_VALUE,
      help: { en: 'largest generalization loss, in percent', zh: '允许的最大泛化损失（百分比）' },
    },
  ],
  create:
    ({ percent }): Rule =>
    epochs => {
      const validation = validationLosses(epochs)
      const loss = generalizationLoss(validation)
      return loss > percent
        ? `validation loss is ${loss.toFixed(1)}% above its lowest, more than ${percent}%`
        : null
    },
})

/** PQ(α): stops at the end of a strip when generalization loss over training progress exceeds α. */
export const progressQuotientRule = defineStrategy({
  name: 'PQ',
  summary: {
    en: 'stops if the generalization loss is large compared with the training progress',
    zh: '泛化损失与训练进展之比过大时停止',
  },
  options: [
    {
      name: 'quotient',
      type: 'float',
      min: 0,
      max: Number.MAX_VALUE,
      help: {
        en: 'largest generalization loss (percent) over training progress (per mille)',
        zh: '泛化损失（百分比）与训练进展（千分比）之比的上限',
      },
    },
  ],
  create:
    ({ quotient: largest }): Rule =>
    epochs => {
      const validation = validationLosses(epochs)
      const losses = epochs.map(({ loss }) => loss).filter(loss => loss !== null)
      if (
        validation.length === 0 ||
        validation.length % STRIP !== 0 ||
        losses.length < validation.length
      )
        return null
      const loss = generalizationLoss(validation)
      const progress = trainingProgress(losses)
      const quotient = loss / progress
      if (!(quotient > largest)) return null
      return (
        `generalization loss ${loss.toFixed(1)}% over training progress ` +
        `${progress.toFixed(1)}‰ is ${quotient.toFixed(2)}, more than ${largest}`
      )
    },
})

/** UP(s): stops when validation loss has risen in s successive strips, each measured at its end. */
export const successiveRisesRule = defineStrategy({
  name: 'UP',
  summary: {
    en: 'stops if the validation loss has risen in a number of strips of five epochs in a row',
    zh: '验证损失在连续若干段（每段 5 个 epoch）中上升时停止',
  },
  options: [
    {
      name: 'strips',
      type: 'int',
      min: 1,
      max: Number.MAX_SAFE_INTEGER,
      help: { en: 'strips of five epochs', zh: '每 5 个 epoch 为一段的段数' },
    },
  ],
  create:
    ({ strips }): Rule =>
    epochs => {
      const validation = validationLosses(epochs)
      const n = validation.length
      // Each of the strips needs the end of the one before it: no epoch 0 was measured.
      if (n === 0 || n % STRIP !== 0 || n < STRIP * (strips + 1)) return null
      for (let back = 0; back < strips; back++) {
        if (validation[n - 1 - back * STRIP]! <= validation[n - 1 - (back + 1) * STRIP]!)
          return null
      }
      return `validation loss has risen in ${strips} successive strips of ${STRIP} epochs`
    },
})

/** GL(t) = 100 (E(t) / min E − 1), per cent. Equation 1. */
export function generalizationLoss(validation: readonly number[]): number {
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
