import type { VerdictKind } from '../../record/verdict.js'
import { FAILURE_WORDS, studyStateWord, VERDICT_WORDS, type StudySummary, type TrialView } from '../../report/index.js'
import { html, none, type Html } from './html.js'

/** Small coloured words. Colour never stands alone: the word says the same. */

export function studyBadge({ state, live }: Pick<StudySummary, 'state' | 'live'>): Html {
  const word = studyStateWord(state, live)
  return html`<span class="badge study-${word.replace(' ', '-')}">${word}</span>`
}

export function verdictBadge(kind: VerdictKind, reason?: string): Html {
  return html`<span class="badge verdict-${kind}"${reason === undefined ? none : html` title="${reason}"`}>${VERDICT_WORDS[kind].label}</span>`
}

export function trialBadge({ verdict, failure, reason }: TrialView): Html | string {
  if (verdict) return verdictBadge(verdict.kind, verdict.reason)
  return failure === null ? none : html`<span class="badge failure" title="${reason}">${FAILURE_WORDS[failure]}</span>`
}

/** A bar from 0 to `total`. An SVG, since its length is data and inline styles are not allowed. */
export function progressBar(finished: number, total: number, label: string): Html {
  const share = total === 0 ? 0 : Math.min(1, finished / total)
  return html`<svg class="bar" viewBox="0 0 100 1" preserveAspectRatio="none" role="progressbar" aria-label="${label}" aria-valuemin="0" aria-valuemax="${total}" aria-valuenow="${finished}"><rect class="bar-rail" width="100" height="1"/><rect class="bar-fill" width="${(share * 100).toFixed(2)}" height="1"/></svg>`
}
