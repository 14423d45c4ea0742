import { bestEpoch, type BestEpoch, type Scoring } from '../ranking/best-epoch.js'
import type { Measured } from '../record/objective.js'
import type { Schedule, Unit } from '../record/study.js'
import type { Checkpoint, Evidence, Judgement, VerdictKind } from '../record/verdict.js'
import { mayBeHeat } from './annealing.js'
import { fitCurve } from './curve-fit.js'
import { aboveStart, findingOf, learned, type Reading } from './finding.js'
import { memorisation } from './memorised.js'
import { hindsightOf, outlookOf, type Outlook } from './outlook.js'
import { verdictReason } from './words/index.js'
import { outlineOf, shapeOf, type Shape } from './shape.js'

/** One trial's past, and what lies ahead of it. */
export interface CurveHistory {
  /**
   * Epochs run so far, in order, from epoch 1. `loss` is null where a program reports no training
   * loss.
   */
  readonly epochs: readonly {
    readonly epoch: number
    readonly loss: number | null
    readonly valLoss: number
    readonly extra?: Exclude<Measured['extra'], undefined>
  }[]
  /** Most epochs this training may run. */
  readonly budget: number
  /** null when unknown, as for a user's own program. */
  readonly schedule: Schedule | null
  /** Tokens that the validation loss is a mean over; null when unknown. */
  readonly validationTokens: number | null
  /** Validation loss before the first step, nats per token; null when unknown. */
  readonly startValLoss: number | null
  /** What the losses are in, for the reason in words; nats when left out. */
  readonly unit?: Unit
  /** What the best epoch is chosen by; the validation loss when left out. */
  readonly scoring?: Scoring
}

/** When a verdict is acted on. */
export interface Policy {
  /** Least probability of the verdict. */
  readonly sure: number
  /** Most that going on may be worth, as a share of the budget. */
  readonly worth: number
}

/**
 * Chosen on curves of seven tasks and tried on those of the eighth, eight times: any pair of
 * 0.7–0.8 and 0.05–0.08 does as well.
 */
export const POLICY: Policy = { sure: 0.75, worth: 0.05 }

/**
 * Fewest epochs that have a direction; where the schedule is unknown, and with it what may still
 * bend the curve, twice as many.
 */
const NEEDED = 4
const NEEDED_BLIND = 8
/**
 * Epochs without a better one after which examples learnt by heart end a training, whatever the
 * validation losses alone might promise.
 */
const MEMORISED_FOR = 3
/** Epochs without a new lowest that a rise must last where the schedule is unknown. */
const PATIENCE_BLIND = 5

/**
 * What a trial's own curves say: the verdict on the whole run as it is likely to end, the epoch to
 * keep, and whether the epochs ahead are worth their cost.
 *
 * It stops when the verdict is likely and going on is worth less than a twentieth of the budget,
 * gains and epochs weighed against each other (see `EXCHANGE`), but not on a rise that an annealing
 * learning rate may yet take back.
 *
 * The size of the validation set plays no part in it: every epoch is measured on the same examples,
 * so what a small set adds to one epoch's loss it adds to the next one's too, and what is left as
 * noise shows on the curve itself.
 *
 * @throws RangeError for a history without epochs
 */
export function judge(history: CurveHistory, policy: Policy = POLICY): Judgement {
  const { epochs, budget, schedule, unit } = history
  const n = epochs.length
  if (n === 0) throw new RangeError('a history needs an epoch')
  const broken = epochs.find(
    ({ loss, valLoss }) => !Number.isFinite(valLoss) || (loss !== null && !Number.isFinite(loss)),
  )
  if (broken) return brokenAt(broken.epoch, history)

  const reading = read(history)
  const { loss, start, fit } = reading
  const checkpoint = checkpointOf(bestOf(epochs, history.scoring), reading)
  // What the fit has as its lowest decides with the rest of the fit what kind of curve it is.
  const lowest = outlineOf(fit.smooth).lowest + 1
  const over = n >= budget
  const needed = schedule === null ? NEEDED_BLIND : NEEDED
  const verdictOf = verdictsOn(checkpoint, unit)
  const tooFew = (least: number) =>
    verdictOf('too-early', false, 0.5, { finding: 'too-few-epochs', epochs: n, needed: least })

  if (n < needed && !over) {
    const thrown =
      schedule === 'constant' &&
      n > 1 &&
      start !== null &&
      loss[n - 1]! > 2 * start &&
      !learned(reading)
    return thrown ? verdictOf('diverged', true, 0.95, aboveStart(reading)) : tooFew(needed)
  }
  if (n === 1 && start === null) return tooFew(2)

  const outlook = over ? null : outlookOf(fit, budget, start)
  const seen =
    outlook?.probability ??
    (n < NEEDED
      ? certain(shapeOf(start === null ? loss : [start, ...loss], start))
      : hindsightOf(fit, start))
  const memorised = memorisation(epochs, lowest)
  const probability = besideTraining(seen, reading, lowest, memorised !== null)
  const shape = likeliest(probability)
  const promising = outlook !== null && outlook.gain >= 0.04 * outlineOf(fit.smooth).drop
  // A curve that will end flat, but not where it is now, is improving for anybody who looks at it
  // today; so is one that may turn yet.
  const kind =
    promising && (shape === 'plateau' || (!memorised && probability[shape] < policy.sure))
      ? 'still-improving'
      : shape
  // The rise itself is the better reason, where it can be seen.
  const finding =
    kind === 'overfit' && memorised && seen.overfit < seen.plateau
      ? (memorisation(epochs, checkpoint.epoch) ?? memorised)
      : findingOf(kind, reading, outlook)
  const evidence: Evidence = {
    ...finding,
    outlook: outlook && { epochsLeft: budget - n, gain: outlook.gain },
  }
  const stop =
    outlook !== null &&
    kind !== 'still-improving' &&
    probability[kind] >= policy.sure &&
    (outlook.value <= policy.worth ||
      (memorised !== null && memorised.to - memorised.from >= MEMORISED_FOR)) &&
    (kind === 'plateau' || !mayStillTurn(history, reading))
  return verdictOf(
    kind,
    stop,
    kind === shape
      ? probability[kind]
      : shape === 'plateau'
        ? probability[kind] + probability[shape]
        : 1 - probability[shape],
    evidence,
  )
}

/** The curve, lifted where it must be to have logarithms. */
function read({
  epochs,
  startValLoss,
}: CurveHistory): Reading & { readonly loss: readonly number[] } {
  const offset = offsetOf(epochs.map(({ valLoss }) => valLoss))
  const loss = epochs.map(({ valLoss }) => valLoss + offset)
  return {
    epochs,
    loss,
    start: startValLoss === null ? null : startValLoss + offset,
    fit: fitCurve(loss),
    offset,
  }
}

/** The epoch that the trial counts by; the lowest loss where the objective has no value at all. */
function bestOf(
  epochs: CurveHistory['epochs'],
  scoring: Scoring = {},
): BestEpoch<CurveHistory['epochs'][number]> {
  return bestEpoch(epochs, scoring) ?? bestEpoch(epochs, {})!
}

/** The best epoch with its loss without noise, and the epoch that was measured lowest. */
function checkpointOf(
  { metrics: { epoch } }: BestEpoch<CurveHistory['epochs'][number]>,
  { fit: { smooth, error }, offset, epochs }: Reading,
): Checkpoint {
  const lowest = epochs.reduce((a, b) => (b.valLoss < a.valLoss ? b : a))
  return {
    epoch,
    loss: smooth[epoch - 1]! - offset,
    error: error[epoch - 1]!,
    lowest: { epoch: lowest.epoch, loss: lowest.valLoss },
  }
}

/** Verdicts on one curve, all with the checkpoint that was chosen on it. */
function verdictsOn(checkpoint: Checkpoint, unit: Unit | undefined) {
  return (kind: VerdictKind, stop: boolean, confidence: number, evidence: Evidence): Judgement => {
    const whole = { ...evidence, checkpoint }
    return {
      kind,
      stop,
      confidence,
      evidence: whole,
      bestEpoch: checkpoint.epoch,
      reason: verdictReason({ evidence: whole, bestEpoch: checkpoint.epoch }, 'en', unit),
    }
  }
}

/** The loss of an epoch was not a number: nothing to model, and nothing to wait for. */
function brokenAt(epoch: number, { epochs, unit, scoring }: CurveHistory): Judgement {
  const finite = epochs.filter(each => each.epoch < epoch)
  const { epoch: best } = finite.length > 0 ? bestOf(finite, scoring).metrics : epochs[0]!
  const evidence: Evidence = { finding: 'not-finite', epoch }
  return {
    kind: 'diverged',
    stop: true,
    confidence: 1,
    evidence,
    bestEpoch: best,
    reason: verdictReason({ evidence, bestEpoch: best }, 'en', unit),
  }
}

/**
 * What a rise means depends on the training loss: still falling, it is overfitting; rising with it,
 * the training has come apart.
 */
function besideTraining(
  seen: Outlook['probability'],
  reading: Reading,
  best: number,
  memorised: boolean,
): Outlook['probability'] {
  const { epochs } = reading
  const last = epochs.at(-1)!.loss
  const then = epochs[best - 1]!.loss
  if (last === null || then === null) return seen
  const risen = seen.overfit + seen.diverged
  if (best < epochs.length && last - then > 0.05 * Math.abs(then))
    return { ...seen, overfit: 0, diverged: risen }
  if (memorised) return { ...seen, overfit: risen + seen.plateau, plateau: 0, diverged: 0 }
  return learned(reading) ? { ...seen, overfit: risen, diverged: 0 } : seen
}

/** Whether a rise may yet be taken back. */
function mayStillTurn({ budget, schedule }: CurveHistory, { fit: { smooth } }: Reading): boolean {
  const n = smooth.length
  const { drop, lowest } = outlineOf(smooth)
  if (schedule === null) return n - 1 - lowest < PATIENCE_BLIND
  return mayBeHeat(schedule, n, budget, (smooth[n - 1]! - smooth[lowest]!) / drop)
}

/**
 * Added to losses that are not all positive, so that they have logarithms; 0 for a cross-entropy.
 */
function offsetOf(loss: readonly number[]): number {
  const least = Math.min(...loss)
  return least > 0 ? 0 : Math.max(...loss) - 2 * least + 1e-3
}

function certain(shape: Shape): Outlook['probability'] {
  return { 'still-improving': 0, plateau: 0, overfit: 0, diverged: 0, [shape]: 0.7 }
}

function likeliest(probability: Outlook['probability']): Shape {
  return (Object.keys(probability) as Shape[]).reduce((best, shape) =>
    probability[shape] > probability[best] ? shape : best,
  )
}
