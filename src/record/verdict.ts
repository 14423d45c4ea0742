/** The verdict on a trial by its own curves, from the best to the worst. */
export type VerdictKind = 'too-early' | 'still-improving' | 'plateau' | 'overfit' | 'diverged'

/** A judgement on one trial, made from its own curves alone; peers play no part in it. */
export interface Verdict {
  readonly kind: VerdictKind
  /**
   * In plain words with the numbers: "validation loss rose 0.12 nats over epochs 7–11 while
   * training loss kept falling; best epoch 6".
   */
  readonly reason: string
  /** The epoch whose weights are worth keeping, from 1. */
  readonly bestEpoch: number
  /** How sure the judge is of `kind`, in [0, 1]. */
  readonly confidence: number
  /** The numbers that `reason` puts into words; from them it can be said in another language. */
  readonly evidence?: Evidence
}

/**
 * What was found on a curve. Losses and their differences in nats; epochs from 1, spans inclusive.
 * JSON-safe.
 */
export type Evidence = Finding & {
  /** How the best epoch was chosen. */
  readonly checkpoint?: Checkpoint
  /** What the epochs that were left promised; null when none was left. */
  readonly outlook?: { readonly epochsLeft: number; readonly gain: number } | null
}

export type Finding =
  | { readonly finding: 'too-few-epochs'; readonly epochs: number; readonly needed: number }
  | { readonly finding: 'not-finite'; readonly epoch: number }
  /**
   * The loss is above where it began. `trainChange` is that of the training loss since its first
   * epoch; null when it is unknown.
   */
  | {
      readonly finding: 'above-start'
      readonly start: number
      readonly loss: number
      readonly epoch: number
      readonly trainChange: number | null
    }
  | {
      readonly finding: 'rose'
      readonly rise: number
      readonly from: number
      readonly to: number
      /** Change of the training loss over the same epochs; null when it is unknown. */
      readonly trainChange: number | null
      /** Expected rise above the lowest by the last epoch of the budget. */
      readonly expected: number | null
    }
  /** No better epoch since `from`, while training loss has fallen far below validation loss. */
  | {
      readonly finding: 'memorised'
      readonly from: number
      readonly to: number
      readonly best: number
      readonly since: number
      readonly train: number
    }
  | {
      readonly finding: 'flat'
      readonly from: number
      readonly to: number
      readonly change: number
    }
  /** It rose lately, but is expected to fall below its lowest yet. */
  | {
      readonly finding: 'will-fall'
      readonly from: number
      readonly to: number
      readonly rise: number
    }
  | {
      readonly finding: 'falling'
      readonly from: number
      readonly to: number
      readonly fall: number
    }

/** The epoch to keep, and the epoch that looked best. They differ where evaluation is noisy. */
export interface Checkpoint {
  /** Lowest of the curve without its noise: loss and its standard error, nats. */
  readonly epoch: number
  readonly loss: number
  readonly error: number
  /** Lowest reading. */
  readonly lowest: { readonly epoch: number; readonly loss: number }
}

/** A verdict, and whether to act on it. */
export interface Judgement extends Verdict {
  /** True when the epochs ahead are not worth their cost. */
  readonly stop: boolean
}
