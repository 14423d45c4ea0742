import { kindOf } from '../../kinds/index.js'
import type { VerdictKind } from '../../record/verdict.js'
import {
  OWN_LOSS_MEANING,
  PERPLEXITY_MEANING,
  TRUST_WORDS,
  VALIDATION_LOSS_MEANING,
  VERDICT_WORDS,
  type StudyView,
} from '../../report/index.js'
import { html, none, type Html } from './html.js'
import { verdictBadge } from './marks.js'

/** What the page's words mean. */
export function legend({ task, language }: StudyView): Html {
  const tokens = kindOf(task).unit === 'nats'
  const kinds = Object.keys(VERDICT_WORDS[language]) as VerdictKind[]
  return html`<section class="panel" aria-labelledby="legend-title">
    <h2 id="legend-title">${TRUST_WORDS[language].legend}</h2>
    <dl class="legend">
      <div>
        <dt>Validation loss</dt>
        <dd>${tokens ? VALIDATION_LOSS_MEANING : OWN_LOSS_MEANING}</dd>
      </div>
      ${
        tokens
          ? html`<div>
              <dt>Perplexity</dt>
              <dd>${PERPLEXITY_MEANING}</dd>
            </div>`
          : none
      }${kinds.map(
        kind =>
          html`<div>
            <dt>${verdictBadge(kind, language)}</dt>
            <dd>${VERDICT_WORDS[language][kind].meaning}</dd>
          </div>`,
      )}
    </dl>
  </section>`
}
