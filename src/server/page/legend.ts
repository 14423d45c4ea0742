import type { VerdictKind } from '../../record/verdict.js'
import { VERDICT_WORDS } from '../../report/index.js'
import { html, type Html } from './html.js'
import { verdictBadge } from './marks.js'

/** What the verdicts mean. */
export function legend(): Html {
  const kinds = Object.keys(VERDICT_WORDS) as VerdictKind[]
  return html`<section class="panel" aria-labelledby="legend-title"><h2 id="legend-title">What the verdicts mean</h2><dl class="legend">${kinds.map(kind => html`<div><dt>${verdictBadge(kind)}</dt><dd>${VERDICT_WORDS[kind].meaning}</dd></div>`)}</dl></section>`
}
