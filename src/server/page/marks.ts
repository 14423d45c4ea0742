import type { VerdictKind } from '../../record/verdict.js'
import {
  FAILURE_WORDS,
  studyStateWord,
  VERDICT_WORDS,
  type Language,
  type shareOf,
  type StudySummary,
  type TrialView,
} from '../../report/index.js'
import { html, none, type Html } from './html.js'

/** Small coloured words. Colour never stands alone: the word says the same. */

export function studyBadge({ state, live }: Pick<StudySummary, 'state' | 'live'>): Html {
  const word = studyStateWord(state, live)
  return html`<span class="badge study-${word.replace(' ', '-')}">${word}</span>`
}

export function verdictBadge(kind: VerdictKind, language: Language, reason?: string): Html {
  return html`<span
    class="badge verdict-${kind}"
    ${reason === undefined ? none : html` title="${reason}"`}
    >${VERDICT_WORDS[language][kind].label}</span
  >`
}

export function trialBadge(
  { verdict, failure, reason }: TrialView,
  language: Language,
): Html | string {
  if (verdict) return verdictBadge(verdict.kind, language, verdict.reason)
  return failure === null
    ? none
    : html`<span class="badge failure" title="${reason}">${FAILURE_WORDS[failure]}</span>`
}

/**
 * How much of a study is done. An SVG, since its length is data and inline styles are not allowed.
 */
export function progressBar({ done, of, what }: ReturnType<typeof shareOf>, study?: string): Html {
  const share = of === 0 ? 0 : Math.min(1, done / of)
  const label = `${what === 'epochs' ? 'Epochs' : 'Trials'}${study === undefined ? '' : ` of ${study}`} ${what === 'epochs' ? 'spent' : 'finished'}`
  return html`<svg
    class="bar"
    viewBox="0 0 100 1"
    preserveAspectRatio="none"
    role="progressbar"
    aria-label="${label}"
    aria-valuemin="0"
    aria-valuemax="${of}"
    aria-valuenow="${done}"
  >
    <rect class="bar-rail" width="100" height="1" />
    <rect class="bar-fill" width="${(share * 100).toFixed(2)}" height="1" />
  </svg>`
}
