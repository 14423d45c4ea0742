import { bestEpoch, type BestEpoch, type Scoring } from '../ranking/best-epoch.js'
import type { EpochLosses } from '../record/metric.js'
import type { Unit } from '../record/study.js'
import type { Schedule } from '../settings/index.js'
import type { Checkpoint, Evidence, Judgement, VerdictKind } from '../record/verdict.js'
import { mayReverse } from './annealing.js'
import { fitCurve } from './curve-fit.js'
import { aboveStart, curveFinding, learned, type Reading } from './finding.js'
import { memorization } from './memorization.js'
import { hindsight, curveOutlook, type Outlook } from './outlook.js'
import { verdictReason } from './words/index.js'
import { curveOutline, curveShape, type Shape } from './shape.js'

/** The epochs of one trial so far, and its plan. */
export interface VerdictInput {
  /**
   * Epochs run so far, in order, from epoch 1. `loss` is null where a program reports no training
   * loss.
   */
  readonly epochs: readonly EpochLosses[]
  /** Maximum epochs of the training. */
  readonly budget: number
  /** null when unknown, as for a user's own program. */
  readonly schedule: Schedule | null
  /** Tokens that the validation loss is a mean over; null when unknown. */
  readonly validationTokens: number | null
  /** Validation loss before the first step, nats per token; null when unknown. */
  readonly startValLoss: number | null
  /** Unit of the losses, for the reason; nats when left out. */
  readonly unit?: Unit
  /** What the best epoch is chosen by; the validation loss when left out. */
  readonly scoring?: Scoring
}

/** When a verdict is acted on. */
export interface Policy {
  /** Minimum probability of the verdict. */
  readonly minProbability: number
  /** Maximum value of the remaining epochs, as a share of the budget. */
  readonly maxValue: number
}

/**
 * Chosen on curves of seven tasks and tried on those of the eighth, eight times: any pair of
 * 0.7–0.8 and 0.05–0.08 does as well.
 */
export const POLICY: Policy = { minProbability: 0.75, maxValue: 0.05 }

/**
 * Minimum epochs for a verdict; twice as many if the schedule is unknown, because it may still bend
 * the curve.
 */
const NEEDED = 4
const NEEDED_BLIND = 8
/**
 * A training that memorizes its examples ends after so many epochs without a better one, whatever
 * the validation losses alone predict.
 */
const MEMORIZED_EPOCHS = 3
/** Minimum epochs of a rise if the schedule is unknown. */
const PATIENCE_BLIND = 5

/**
 * Judges a trial by its own curves: the verdict on the run as it is likely to end, its best epoch,
 * and whether the remaining epochs are worth their cost.
 *
 * It stops the trial if the verdict is likely and the remaining epochs are worth less than a
 * twentieth of the budget (see `EXCHANGE`), but not on a rise that an annealing learning rate may
 * still reverse.
 *
 * The size of the validation split does not matter: every epoch is measured on the same examples,
 * so their error is common to all epochs, and the remaining noise is visible in the curve.
 *
 * @throws RangeError for a history without epochs
 */
export function judge(history: VerdictInput, policy: Policy = POLICY): Judgement {
  const { epochs, budget, schedule, unit } = history
  const n = epochs.length
  if (n === 0) throw new RangeError('a history needs an epoch')
  const broken = epochs.find(
    ({ loss, valLoss }) => !Number.isFinite(valLoss) || (loss !== null && !Number.isFinite(loss)),
  )
  if (broken) return brokenAt(broken.epoch, history)

  const reading = read(history)
  const { loss, start, fit } = reading
  const checkpoint = chosenCheckpoint(scoredEpoch(epochs, history.scoring), reading)
  // The minimum of the fit decides, with the other values of the fit, the shape of the curve.
  const lowest = curveOutline(fit.smooth).lowest + 1
  const over = n >= budget
  const needed = schedule === null ? NEEDED_BLIND : NEEDED
  const toJudgement = verdictsOn(checkpoint, unit)
  const tooFew = (least: number) =>
    toJudgement('too-early', false, 0.5, { finding: 'too-few-epochs', epochs: n, needed: least })

  if (n < needed && !over) {
    const thrown =
      schedule === 'constant' &&
      n > 1 &&
      start !== null &&
      loss[n - 1]! > 2 * start &&
      !learned(reading)
    return thrown ? toJudgement('diverged', true, 0.95, aboveStart(reading)) : tooFew(needed)
  }
  if (n === 1 && start === null) return tooFew(2)

  const outlook = over ? null : curveOutlook(fit, budget, start)
  const shapes =
    outlook?.probability ??
    (n < NEEDED
      ? certain(curveShape(start === null ? loss : [start, ...loss], start))
      : hindsight(fit, start))
  const memorized = memorization(epochs, lowest)
  const probability = besideTraining(shapes, reading, lowest, memorized !== null)
  const shape = likeliest(probability)
  const promising = outlook !== null && outlook.gain >= 0.04 * curveOutline(fit.smooth).drop
  // A curve that will end flat, but below its present level, is still improving; so is one that may
  // turn.
  const kind =
    promising && (shape === 'plateau' || (!memorized && probability[shape] < policy.minProbability))
      ? 'still-improving'
      : shape
  // A visible rise is the better reason.
  const finding =
    kind === 'overfit' && memorized && shapes.overfit < shapes.plateau
      ? (memorization(epochs, checkpoint.epoch) ?? memorized)
      : curveFinding(kind, reading, outlook)
  const evidence: Evidence = {
    ...finding,
    outlook: outlook && { epochsLeft: budget - n, gain: outlook.gain },
  }
  const stop =
    outlook !== null &&
    kind !== 'still-improving' &&
    probability[kind] >= policy.minProbability &&
    (outlook.value <= policy.maxValue ||
      (memorized !== null && memorized.to - memorized.from >= MEMORIZED_EPOCHS)) &&
    (kind === 'plateau' || !riseMayReverse(history, reading))
  return toJudgement(
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

/** The curve, shifted if it must be to have logarithms. */
function read({
  epochs,
  startValLoss,
}: VerdictInput): Reading & { readonly loss: readonly number[] } {
  const offset = positiveOffset(epochs.map(({ valLoss }) => valLoss))
  const loss = epochs.map(({ valLoss }) => valLoss + offset)
  return {
    epochs,
    loss,
    start: startValLoss === null ? null : startValLoss + offset,
    fit: fitCurve(loss),
    offset,
  }
}

/** The epoch that the trial counts by; the lowest loss if no epoch has a value of the objective. */
function scoredEpoch(
  epochs: readonly EpochLosses[],
  scoring: Scoring = {},
): BestEpoch<EpochLosses> {
  return bestEpoch(epochs, scoring) ?? bestEpoch(epochs, {})!
}

/** The best epoch with its smoothed loss, and the epoch with the lowest measurement. */
function chosenCheckpoint(
  { metrics: { epoch } }: BestEpoch<EpochLosses>,
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

/** Makes judgements on one curve, all with its checkpoint. */
function verdictsOn(checkpoint: Checkpoint, unit: Unit | undefined) {
  return (kind: VerdictKind, stop: boolean, confidence: number, evidence: Evidence): Judgement => {
    const complete = { ...evidence, checkpoint }
    return {
      kind,
      stop,
      confidence,
      evidence: complete,
      bestEpoch: checkpoint.epoch,
      reason: verdictReason({ evidence: complete, bestEpoch: checkpoint.epoch }, 'en', unit),
    }
  }
}

/** The loss of an epoch is not a number: the training has diverged. */
function brokenAt(epoch: number, { epochs, unit, scoring }: VerdictInput): Judgement {
  const finite = epochs.filter(each => each.epoch < epoch)
  const { epoch: best } = finite.length > 0 ? scoredEpoch(finite, scoring).metrics : epochs[0]!
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
 * The training loss decides what a rise of the validation loss is: overfitting if training loss
 * still falls, divergence if it rises too.
 */
function besideTraining(
  shapes: Outlook['probability'],
  reading: Reading,
  best: number,
  memorized: boolean,
): Outlook['probability'] {
  const { epochs } = reading
  const last = epochs.at(-1)!.loss
  const then = epochs[best - 1]!.loss
  if (last === null || then === null) return shapes
  const risen = shapes.overfit + shapes.diverged
  if (best < epochs.length && last - then > 0.05 * Math.abs(then))
    return { ...shapes, overfit: 0, diverged: risen }
  if (memorized) return { ...shapes, overfit: risen + shapes.plateau, plateau: 0, diverged: 0 }
  return learned(reading) ? { ...shapes, overfit: risen, diverged: 0 } : shapes
}

/** Whether a rise may still be reversed. */
function riseMayReverse({ budget, schedule }: VerdictInput, { fit: { smooth } }: Reading): boolean {
  const n = smooth.length
  const { drop, lowest } = curveOutline(smooth)
  if (schedule === null) return n - 1 - lowest < PATIENCE_BLIND
  return mayReverse(schedule, n, budget, (smooth[n - 1]! - smooth[lowest]!) / drop)
}

/**
 * Added to losses that are not all positive, so that they have logarithms; 0 for a cross-entropy.
 */
function positiveOffset(loss: readonly number[]): number {
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
