import { defineStrategy } from '../../settings/define-strategy.js'
import { minDelta, validationLosses, type Rule } from './rule.js'

/**
 * `keras.callbacks.EarlyStopping(monitor='val_loss', mode='min')`, epoch for epoch.
 *
 * It differs from `patience` in small things. A patience of 0 stops at the first epoch without
 * improvement. The first epoch of all never stops. With a baseline, an improvement that does not
 * beat it sets a new best but the waiting continues.
 *
 * Source: Keras 3, keras/src/callbacks/early_stopping.py.
 */
export const kerasEarlyStopping = defineStrategy({
  name: 'keras',
  summary: { en: 'EarlyStopping of Keras, epoch for epoch', zh: '与 Keras 的 EarlyStopping 一致' },
  options: [
    {
      name: 'patience',
      type: 'int',
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      default: 0,
      unit: 'epochs',
      help: { en: 'epochs without an improvement', zh: '没有改善的 epoch 数' },
    },
    minDelta,
    {
      name: 'baseline',
      type: 'float',
      min: -Number.MAX_VALUE,
      max: Number.MAX_VALUE,
      defaultText: { en: 'none', zh: '无' },
      unit: 'nats',
      help: {
        en: 'a loss that an improvement must beat to end the waiting',
        zh: '改进必须优于该损失，才重新开始计数',
      },
    },
    {
      name: 'startFromEpoch',
      type: 'int',
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      default: 0,
      unit: 'epochs',
      help: { en: 'first epochs that are not considered', zh: '开头不参与判断的 epoch 数' },
    },
  ],
  create:
    ({ patience, minDelta, baseline, startFromEpoch }): Rule =>
    epochs => {
      const validation = validationLosses(epochs)
      let best = Infinity
      let wait = 0
      let stop = false
      validation.forEach((loss, epoch) => {
        if (epoch < startFromEpoch) return
        wait += 1
        stop = false
        if (loss + minDelta < best) {
          best = loss
          if (baseline === undefined || loss + minDelta < baseline) wait = 0
        } else {
          stop = wait >= patience && epoch > 0
        }
      })
      return stop
        ? `${wait} epochs without an improvement of validation loss on ${best} ` +
            `by more than ${minDelta}`
        : null
    },
})
