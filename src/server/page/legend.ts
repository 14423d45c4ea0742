import { trialKind } from '../../kinds/index.js'
import type { VerdictKind } from '../../record/verdict.js'
import { format, reportWords, type StudyView } from '../../report/index.js'
import { pageWords } from '../words/index.js'
import { html, none, type Html } from './html.js'
import { verdictBadge } from './marks.js'

/** The terms of the page and their meanings. */
export function legend({ task, language }: StudyView): Html {
  const { verdicts, meanings, measures } = reportWords(language)
  const tokens = trialKind(task).unit === 'nats'
  const lossMeaning = tokens ? meanings.validationLoss : meanings.ownLoss
  const kinds = Object.keys(verdicts) as VerdictKind[]
  return html`<section class="panel" aria-labelledby="legend-title">
    <h2 id="legend-title">${pageWords(language).legend}</h2>
    <dl class="legend">
      ${entry(format.sentence(measures.valLoss), lossMeaning)}
      ${tokens ? entry(format.sentence(measures.perplexity), meanings.perplexity) : none}
      ${kinds.map(kind => entry(verdictBadge(kind, language), verdicts[kind].meaning))}
    </dl>
  </section>`
}

function entry(term: Html | string, meaning: string): Html {
  return html`<div>
    <dt>${term}</dt>
    <dd>${meaning}</dd>
  </div>`
}
