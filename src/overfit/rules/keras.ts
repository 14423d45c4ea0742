import type { Rule } from './rule.js'

export interface KerasOptions {
  readonly patience?: number
  /** Nats. */
  readonly minDelta?: number
  /** A loss that must be beaten too before waiting starts anew, in nats. */
  readonly baseline?: number | null
  /** Epochs at the beginning that are not looked at. */
  readonly startFromEpoch?: number
}

/**
 * `keras.callbacks.EarlyStopping(monitor='val_loss', mode='min')`, epoch for epoch.
 *
 * It differs from `patience` in small things: a patience of 0 stops at the first epoch without
 * improvement, the first epoch of all never stops, and with a baseline an improvement that does not
 * beat it sets a new best but goes on waiting.
 *
 * Source: Keras 3, keras/src/callbacks/early_stopping.py.
 */
export function kerasEarlyStopping({
  patience = 0,
  minDelta = 0,
  baseline = null,
  startFromEpoch = 0,
}: KerasOptions = {}): Rule {
  return ({ validation }) => {
    let best = Infinity
    let wait = 0
    let stop = false
    validation.forEach((loss, epoch) => {
      if (epoch < startFromEpoch) return
      wait += 1
      stop = false
      if (loss + minDelta < best) {
        best = loss
        if (baseline === null || loss + minDelta < baseline) wait = 0
      } else {
        stop = wait >= patience && epoch > 0
      }
    })
    return stop
      ? `${wait} epochs without an improvement of validation loss on ${best} by more ` +
          `than ${minDelta}`
      : null
  }
}
