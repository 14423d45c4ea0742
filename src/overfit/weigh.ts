import type { Evidence, VerdictKind } from '../record/verdict.js'
import { rateAt } from './annealing.js'
import { chooseCheckpoint } from './checkpoint.js'
import { fitCurve } from './curve-fit.js'
import { aboveStart, findingOf, learned, type Reading } from './finding.js'
import type { CurveHistory } from './judge.js'
import { memorisation } from './memorised.js'
import { hindsightOf, outlookOf, type Outlook } from './outlook.js'
import { outlineOf, shapeOf, type Shape } from './shape.js'

/** A verdict, and what is to be weighed before it is acted on. */
export interface Weighed {
  readonly kind: VerdictKind
  readonly confidence: number
  readonly bestEpoch: number
  readonly evidence: Evidence
  readonly prospect: Prospect
}

export type Prospect =
  /** Nothing to weigh: too early, or the budget is spent. */
  | { readonly kind: 'none' }
  /** The training is broken beyond any doubt. */
  | { readonly kind: 'hopeless' }
  | {
      readonly kind: 'open'
      /** Worth of going on, as a share of the budget. */
      readonly value: number
      /** Learning rate as a share of its peak; null where the schedule is unknown. */
      readonly rate: number | null
      readonly anneals: boolean
      /** The loss above its lowest, in units of what training had gained, and epochs since then. */
      readonly rise: number
      readonly since: number
      readonly memorised: boolean
    }

/** Fewest epochs that have a direction; where the schedule is unknown, and with it what may still bend the curve, twice as many. */
const NEEDED = 4
const NEEDED_BLIND = 8
/** A rise less likely than this to stay one is not yet called by its name, as long as there is something to hope for. */
const LIKELY = 0.75

/** @throws RangeError for a history without epochs */
export function weigh(history: CurveHistory): Weighed {
  const { epochs, budget, schedule } = history
  const n = epochs.length
  if (n === 0) throw new RangeError('a history needs an epoch')
  const broken = epochs.find(({ loss, valLoss }) => !Number.isFinite(valLoss) || (loss !== null && !Number.isFinite(loss)))
  if (broken) return brokenAt(broken.epoch, epochs)

  const reading = read(history)
  const { loss, start, fit, offset } = reading
  const chosen = chooseCheckpoint(loss, fit)
  const checkpoint = { ...chosen, loss: chosen.loss - offset, lowest: { ...chosen.lowest, loss: chosen.lowest.loss - offset } }
  const bestEpoch = checkpoint.epoch
  const over = n >= budget
  const needed = over ? 2 : schedule === null ? NEEDED_BLIND : NEEDED
  if (n < needed && !(over && start !== null)) {
    const thrown = schedule === 'constant' && n > 1 && start !== null && loss[n - 1]! > 2 * start && !learned(reading)
    if (thrown) return { kind: 'diverged', confidence: 0.95, bestEpoch, evidence: { ...aboveStart(reading), checkpoint }, prospect: { kind: 'hopeless' } }
    return { kind: 'too-early', confidence: 0.5, bestEpoch, evidence: { finding: 'too-few-epochs', epochs: n, needed, checkpoint }, prospect: { kind: 'none' } }
  }

  const outlook = over ? null : outlookOf(fit, budget, start)
  const seen = outlook?.probability ?? (n < NEEDED ? certain(shapeOf(start === null ? loss : [start, ...loss], start)) : hindsightOf(fit, start))
  const memorised = memorisation(epochs, bestEpoch)
  const probability = besideTraining(seen, reading, bestEpoch, memorised !== null)
  const shape = likeliest(probability)
  const { drop, lowest } = outlineOf(fit.smooth)
  const promising = outlook !== null && outlook.gain >= 0.04 * drop
  // A curve that will end flat, but not where it is now, is improving for anybody who looks at it today; so is one that may turn yet.
  const kind = promising && (shape === 'plateau' || (!memorised && probability[shape] < LIKELY)) ? 'still-improving' : shape
  // The rise itself is the better reason, where it can be seen.
  const finding = kind === 'overfit' && memorised && seen.overfit < seen.plateau ? memorised : findingOf(kind, reading, outlook)
  return {
    kind,
    confidence: kind === shape ? probability[shape] : shape === 'plateau' ? probability[kind] + probability[shape] : 1 - probability[shape],
    bestEpoch,
    evidence: { ...finding, outlook: outlook && { epochsLeft: budget - n, gain: outlook.gain }, checkpoint },
    prospect: outlook === null ? { kind: 'none' } : {
      kind: 'open',
      value: outlook.value,
      rate: schedule && rateAt(schedule, n, budget),
      anneals: schedule !== null && schedule !== 'constant',
      rise: (fit.smooth[n - 1]! - fit.smooth[lowest]!) / drop,
      since: n - 1 - lowest,
      memorised: memorised !== null,
    },
  }
}

/** The curve, lifted where it must be to have logarithms. */
function read({ epochs, startValLoss }: CurveHistory): Reading & { readonly loss: readonly number[] } {
  const offset = offsetOf(epochs.map(({ valLoss }) => valLoss))
  const loss = epochs.map(({ valLoss }) => valLoss + offset)
  return { epochs, loss, start: startValLoss === null ? null : startValLoss + offset, fit: fitCurve(loss), offset }
}

/** The loss of an epoch was not a number: nothing to model, and nothing to wait for. */
function brokenAt(epoch: number, epochs: CurveHistory['epochs']): Weighed {
  const finite = epochs.filter(each => each.epoch < epoch)
  const bestEpoch = finite.reduce((best, each) => (each.valLoss < best.valLoss ? each : best), finite[0] ?? epochs[0]!).epoch
  return { kind: 'diverged', confidence: 1, bestEpoch, evidence: { finding: 'not-finite', epoch }, prospect: { kind: 'hopeless' } }
}

/** What a rise means depends on the training loss: still falling, it is overfitting; rising with it, the training has come apart. */
function besideTraining(seen: Outlook['probability'], reading: Reading, best: number, memorised: boolean): Outlook['probability'] {
  const { epochs } = reading
  const last = epochs.at(-1)!.loss
  const then = epochs[best - 1]!.loss
  if (last === null || then === null) return seen
  const risen = seen.overfit + seen.diverged
  if (best < epochs.length && last - then > 0.05 * Math.abs(then)) return { ...seen, overfit: 0, diverged: risen }
  if (memorised) return { ...seen, overfit: risen + seen.plateau, plateau: 0, diverged: 0 }
  return learned(reading) ? { ...seen, overfit: risen, diverged: 0 } : seen
}

/** Added to losses that are not all positive, so that they have logarithms; 0 for a cross-entropy. */
function offsetOf(loss: readonly number[]): number {
  const least = Math.min(...loss)
  return least > 0 ? 0 : Math.max(...loss) - 2 * least + 1e-3
}

function certain(shape: Shape): Outlook['probability'] {
  return { 'still-improving': 0, plateau: 0, overfit: 0, diverged: 0, [shape]: 0.7 }
}

function likeliest(probability: Outlook['probability']): Shape {
  return (Object.keys(probability) as Shape[]).reduce((best, shape) => (probability[shape] > probability[best] ? shape : best))
}
