import type { VerdictKind } from '../../record/verdict.js'
import {
  reportWords,
  studyStateKey,
  type Language,
  type progressShare,
  type StudySummary,
  type TrialView,
} from '../../report/index.js'
import { pageWords } from '../words/index.js'
import { html, none, type Html } from './html.js'

/** Small colored words. The color is never the only mark: the word means the same. */

export function studyBadge({
  state,
  live,
  language,
}: Pick<StudySummary, 'state' | 'live'> & { readonly language: Language }): Html {
  const key = studyStateKey(state, live)
  return html`<span class="badge study-${key}">${reportWords(language).studyStates[key]}</span>`
}

export function verdictBadge(kind: VerdictKind, language: Language, reason?: string): Html {
  const { label } = reportWords(language).verdicts[kind]
  return html`<span
    class="badge verdict-${kind}"
    ${reason === undefined ? none : html` title="${reason}"`}
    >${label}</span
  >`
}

export function trialBadge(
  { verdict, failure, reason }: TrialView,
  language: Language,
): Html | string {
  if (verdict) return verdictBadge(verdict.kind, language, verdict.reason)
  if (failure === null) return none
  const label = reportWords(language).failures[failure]
  return html`<span class="badge failure" title="${reason}">${label}</span>`
}

/** Progress of a study. An SVG, because the content policy forbids inline styles. */
export function progressBar(
  { done, of, what }: ReturnType<typeof progressShare>,
  language: Language,
  study?: string,
): Html {
  const share = of === 0 ? 0 : Math.min(1, done / of)
  const { trialsFinished, epochsUsed } = pageWords(language).hero
  const label = what === 'epochs' ? epochsUsed : trialsFinished
  return html`<svg
    class="bar"
    viewBox="0 0 100 1"
    preserveAspectRatio="none"
    role="progressbar"
    aria-label="${study === undefined ? label : `${study}: ${label}`}"
    aria-valuemin="0"
    aria-valuemax="${of}"
    aria-valuenow="${done}"
  >
    <rect class="bar-rail" width="100" height="1" />
    <rect class="bar-fill" width="${(share * 100).toFixed(2)}" height="1" />
  </svg>`
}
