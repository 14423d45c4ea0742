import { format, type StudyView } from '../../report/index.js'
import { html, none, type Html } from './html.js'

/** Which trials overfitted, where, and what says so. */
export function overfitted({ overfitted: trials, progress }: StudyView): Html {
  const told =
    trials.length > 0
      ? html`<ul class="overfits">${trials.map(({ number, bestEpoch, epochsRun, reason }) => html`<li><strong>Trial ${number}</strong> <span class="muted">best at epoch ${bestEpoch} of ${epochsRun}</span><p>${format.sentence(reason)}.</p></li>`)}</ul>`
      : html`<p class="muted">${progress.finished === 0 ? 'No trial has finished yet.' : 'No trial has overfitted.'}</p>`
  return html`<section class="panel" aria-labelledby="overfit-title"><h2 id="overfit-title">Where training went too far</h2>${trials.length > 0 ? html`<p class="muted">${format.plural(trials.length, 'trial')} overfitted. Each is ranked, and would be exported, by the epoch before that.</p>` : none}${told}</section>`
}
