import { unreachable } from '../errors.js'
import { kindOf } from '../kinds/index.js'
import { count, duration, estimate, loss, perplexity, plural } from './format.js'
import { progressText, shareOf } from './progress.js'
import type { StudyView } from './view.js'

/** Where a study stands, in a sentence: how far it is, or why it ended and how to go on. */
export function statusLine(view: StudyView): string {
  const { progress, name } = view
  const done = progressText(progress)
  switch (view.state) {
    case 'created':
      return `Not started yet. “tune study run ${name}” starts it.`
    case 'running': {
      if (!view.live)
        return `Interrupted after ${done}. “tune study run ${name}” goes on from there.`
      const left = progress.secondsLeft === null ? '' : `, ${estimate(progress.secondsLeft)} left`
      const { done: so, of } = shareOf(progress)
      const finished = progress.epochs ? '' : ' finished'
      return so < of
        ? `${done}${finished}, ${count(progress.running)} running${left}.`
        : 'All trials have finished; the best model is being exported.'
    }
    case 'stopped':
      return `Stopped after ${done}. “tune study run ${name}” goes on from there.`
    case 'complete':
      return `Complete: ${progress.epochs ? done : plural(progress.finished, 'trial')} in ${duration(view.seconds)}.${progress.epochs ? ` It ended because ${view.reason}.` : ''}`
    case 'failed':
      return `Failed: ${view.reason || 'no reason was recorded'}.`
    default:
      return unreachable(view.state)
  }
}

/** The best result, in words that need no background. */
export function resultLine(view: StudyView): string {
  const { best, start } = view
  if (!best)
    return view.progress.finished === 0
      ? 'The first result comes with the first finished trial.'
      : 'No trial has produced a usable model yet.'
  const which = `Trial ${best.number} is the best${view.state === 'complete' ? '' : ' so far'}, at its ${view.scoreEpoch === 'last' ? 'last ' : ''}epoch ${best.bestEpoch}`
  if (!start || best.improvement === null)
    return `${which}: validation loss ${loss(best.valLoss)}${kindOf(view.task).unit === 'nats' ? `, perplexity ${perplexity(best.perplexity)}` : ''}.`
  if (best.improvement <= 0) {
    return `${which}, but its validation loss of ${loss(best.valLoss)} is no better than the untouched model’s ${loss(start.valLoss)}.`
  }
  return `${which}: on examples it has not seen it now hesitates between ${perplexity(best.perplexity)} tokens at each step, where the untouched model hesitates between ${perplexity(start.perplexity)}.`
}

/** What was saved by trials that share a training; null when none does. */
export function savedLine({ saved }: StudyView): string | null {
  if (saved.trials === 0) return null
  const { trials, epochs, seconds } = saved
  return `${plural(trials, 'trial')} ${trials === 1 ? 'was' : 'were'} read off another trial’s training, which saved ${plural(epochs, 'epoch')} (${duration(seconds)}).`
}
