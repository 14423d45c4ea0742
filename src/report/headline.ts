import { unreachable } from '../errors.js'
import { trialKind } from '../kinds/index.js'
import { duration, estimate, loss, perplexity } from './format.js'
import { progressShare } from './progress.js'
import type { StudyView } from './view.js'
import { reportWords } from './words/index.js'

/** The state of a study in a sentence: its progress, or why it ended and how to resume it. */
export function statusLine(view: StudyView): string {
  const { progress, name } = view
  const words = reportWords(view.language)
  const { status } = words
  const text = status.progress(progress)
  switch (view.state) {
    case 'created':
      return status.created(name)
    case 'running': {
      if (!view.live) return status.interrupted(text, name)
      const { done, of } = progressShare(progress)
      if (done >= of) return status.exporting
      const { secondsLeft } = progress
      return status.running(progress, secondsLeft === null ? null : estimate(secondsLeft, words))
    }
    case 'stopped':
      return status.stopped(text, name)
    case 'complete':
      return progress.epochs
        ? status.complete(text, duration(view.seconds), view.reason)
        : status.complete(words.count(progress.finished, 'trial'), duration(view.seconds), null)
    case 'failed':
      return status.failed(view.reason)
    default:
      return unreachable(view.state)
  }
}

/** The best result, beside the model before fine-tuning. */
export function resultLine(view: StudyView): string {
  const { best, start } = view
  const { result, fullStop } = reportWords(view.language)
  if (!best) return view.progress.finished === 0 ? result.none : result.noModel
  const final = view.state === 'complete'
  const winner = result.best(best.number, best.bestEpoch, final, view.scoreEpoch === 'last')
  const after = lossText(best, view)
  if (!start || best.improvement === null) return `${winner}: ${after}${fullStop}`
  const sentence = best.improvement > 0 ? result.improved : result.notImproved
  const tokens = trialKind(view.task).unit === 'nats'
  const before = result.plainLoss(loss(start.valLoss), tokens ? perplexity(start.perplexity) : null)
  return sentence(winner, after, before)
}

/** What trials that share a training run saved; null if none does. */
export function sharingLine({
  saved,
  language,
}: Pick<StudyView, 'saved' | 'language'>): string | null {
  const { trials, epochs, seconds } = saved
  return trials === 0
    ? null
    : reportWords(language).result.sharing(trials, epochs, duration(seconds))
}

/** `validation loss 1.0700 nats/token (perplexity 2.92)`. */
function lossText(
  { valLoss, perplexity: value }: { valLoss: number; perplexity: number | null },
  { task, language }: StudyView,
): string {
  const tokens = trialKind(task).unit === 'nats'
  return reportWords(language).result.validationLoss(
    loss(valLoss),
    tokens ? perplexity(value) : null,
  )
}
