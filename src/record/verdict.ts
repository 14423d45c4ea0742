/** What a trial's own curves say about it. Ordered from "go on" to "never again". */
export type VerdictKind = 'too-early' | 'still-improving' | 'plateau' | 'overfit' | 'diverged'

/** A judgement on one trial, made from its own curves alone; peers play no part in it. */
export interface Verdict {
  readonly kind: VerdictKind
  /** In plain words with the numbers: "validation loss rose 0.12 nats over epochs 7–11 while training loss kept falling; best epoch 6". */
  readonly reason: string
  /** The epoch whose weights are worth keeping, from 1. */
  readonly bestEpoch: number
  /** How sure the judge is of `kind`, in [0, 1]. */
  readonly confidence: number
}

/** A verdict, and whether to act on it. */
export interface Judgement extends Verdict {
  /** True when the epochs ahead are not worth their cost. */
  readonly stop: boolean
}
