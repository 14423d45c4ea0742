import { unreachable } from '../errors.js'
import type { Evidence, Verdict } from '../record/verdict.js'

/** The evidence in plain words, with its numbers. */
export function reasonOf(evidence: Evidence, bestEpoch: number): string {
  switch (evidence.finding) {
    case 'too-few-epochs':
      return `${evidence.epochs} of the ${evidence.needed} epochs that a judgement needs have run`
    case 'not-finite':
      return `the loss of epoch ${evidence.epoch} is not a finite number; best epoch ${bestEpoch}`
    case 'above-start':
      return `validation loss is ${nats(evidence.loss)} after epoch ${evidence.epoch}, above the ${nats(evidence.start)} it began with, and training loss has not fallen`
    case 'rose':
      return `validation loss rose ${nats(evidence.rise)} nats over epochs ${evidence.from}–${evidence.to}${beside(evidence.trainChange)}; best epoch ${bestEpoch}`
    case 'memorised':
      return `validation loss has not improved on the ${nats(evidence.best)} of epoch ${evidence.from} (it averages ${nats(evidence.since)} since) while training loss fell to ${nats(evidence.train)}: the examples are being learnt by heart; best epoch ${bestEpoch}`
    case 'flat':
      return `validation loss moved by only ${nats(Math.abs(evidence.change))} nats over epochs ${evidence.from}–${evidence.to}; best epoch ${bestEpoch}`
    case 'falling':
      return `validation loss fell ${nats(evidence.fall)} nats over epochs ${evidence.from}–${evidence.to} and was still falling at the last; best epoch ${bestEpoch}`
    default:
      return unreachable(evidence)
  }
}

/** Puts a verdict's reason beside its evidence. */
export function withReason(verdict: Omit<Verdict, 'reason' | 'evidence'> & { readonly evidence: Evidence }): Verdict {
  return { ...verdict, reason: reasonOf(verdict.evidence, verdict.bestEpoch) }
}

function beside(trainChange: number | null): string {
  if (trainChange === null) return ''
  if (Math.abs(trainChange) < 0.05) return ' while training loss stayed where it was'
  return trainChange < 0 ? ' while training loss kept falling' : ' and training loss rose with it'
}

function nats(loss: number): string {
  return loss !== 0 && Math.abs(loss) < 0.01 ? loss.toPrecision(1) : loss.toFixed(2)
}
