import { format, type StudyView } from '../../report/index.js'
import { html, none, type Html } from './html.js'

/** How much the ranking means, and what to do next. */
export function trust({ trust: told }: StudyView): Html {
  const body = told
    ? html`<p>${format.sentence(told.sentence)}.</p>${standings(told)}${told.advice.length > 0 ? html`<ul class="overfits">${told.advice.map(({ advice, ground }) => html`<li><strong>${advice}</strong><p>${format.sentence(ground)}.</p></li>`)}</ul>` : none}`
    : html`<p class="muted">This is told when the first trial is complete.</p>`
  return html`<section class="panel" aria-labelledby="trust-title"><h2 id="trust-title">How far to trust it</h2>${body}</section>`
}

/** The first rivals, each with the interval its loss may be in. */
function standings({ standings: all }: NonNullable<StudyView['trust']>): Html {
  const shown = all.slice(0, 5)
  return html`<dl class="facts">${shown.map(({ number, low, high, first }) => html`<dt>Trial ${number}</dt><dd>${format.loss(low)} to ${format.loss(high)} on other examples of the kind (95%); the best with a probability of ${format.percent(first)}</dd>`)}</dl>`
}
