/** What the loss was before the first step, and what guessing would cost. Nats per token. */
export interface Baseline {
  readonly startValLoss: number
  readonly vocabulary: number
}

/**
 * Why a validation loss is beyond recovery, or null.
 *
 * A model that diverged is worse than a uniform guess: guessing evenly among all
 * tokens costs ln(vocabulary), so a loss above that by a nat is not overfitting, whose losses stay
 * below it on text of the same kind. A model that began worse than guessing (another alphabet,
 * another format) must also have tripled its loss.
 */
export function divergence(valLoss: number, { startValLoss, vocabulary }: Baseline): string | null {
  if (!Number.isFinite(valLoss)) return 'the validation loss is not a number any more'
  const guessing = Math.log(vocabulary)
  if (valLoss <= Math.max(3 * startValLoss, guessing + 1)) return null
  return (
    `the validation loss went from ${startValLoss.toFixed(2)} to ${valLoss.toFixed(2)}, ` +
    `where guessing evenly costs ${guessing.toFixed(2)}`
  )
}
