import type { VerdictKind } from '../../record/verdict.js'
import { PERPLEXITY_MEANING, VALIDATION_LOSS_MEANING, VERDICT_WORDS } from '../../report/index.js'
import { html, type Html } from './html.js'
import { verdictBadge } from './marks.js'

/** What the page's words mean. */
export function legend(): Html {
  const kinds = Object.keys(VERDICT_WORDS) as VerdictKind[]
  return html`<section class="panel" aria-labelledby="legend-title"><h2 id="legend-title">What the words mean</h2><dl class="legend"><div><dt>Validation loss</dt><dd>${VALIDATION_LOSS_MEANING}</dd></div><div><dt>Perplexity</dt><dd>${PERPLEXITY_MEANING}</dd></div>${kinds.map(kind => html`<div><dt>${verdictBadge(kind)}</dt><dd>${VERDICT_WORDS[kind].meaning}</dd></div>`)}</dl></section>`
}
