import type { Rule } from './rule.js'

/**
 * Stops when `patience` epochs in a row have not improved on the best loss by more than `minDelta`.
 *
 * @param patience epochs, 1 or more
 * @param minDelta nats; a smaller improvement does not count, and leaves the best loss where it was
 *
 * Source: Goodfellow, Bengio & Courville, "Deep Learning", algorithm 7.1, with the least
 * improvement that practice has added.
 */
export function patience(patience: number, minDelta = 0): Rule {
  return ({ validation }) => {
    let best = 0
    validation.forEach((loss, i) => {
      if (loss < validation[best]! - minDelta) best = i
    })
    const waited = validation.length - 1 - best
    return waited >= patience
      ? `no validation loss below ${validation[best]} by more than ${minDelta} for ${waited} epochs`
      : null
  }
}
