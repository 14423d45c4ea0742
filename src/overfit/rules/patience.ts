import { defineStrategy } from '../../settings/define-strategy.js'
import { minDelta, validationLosses, type Rule } from './rule.js'

/**
 * Stops when a number of epochs in a row have not improved on the best loss by more than
 * `minDelta`. A smaller improvement does not change the best loss.
 *
 * Source: Goodfellow, Bengio & Courville, "Deep Learning", algorithm 7.1, with the least
 * improvement that practice has added.
 */
export const patience = defineStrategy({
  name: 'patience',
  summary: {
    en: 'stops after a number of epochs without a better validation loss',
    zh: '验证损失连续若干个 epoch 没有改善时停止',
  },
  options: [
    {
      name: 'epochs',
      type: 'int',
      min: 1,
      max: Number.MAX_SAFE_INTEGER,
      unit: 'epochs',
      help: { en: 'epochs without an improvement', zh: '没有改善的 epoch 数' },
    },
    minDelta,
  ],
  create:
    ({ epochs, minDelta }): Rule =>
    history => {
      const validation = validationLosses(history)
      let best = 0
      validation.forEach((loss, i) => {
        if (loss < validation[best]! - minDelta) best = i
      })
      const waited = validation.length - 1 - best
      return waited >= epochs
        ? `no validation loss below ${validation[best]} by more than ${minDelta} ` +
            `for ${waited} epochs`
        : null
    },
})
