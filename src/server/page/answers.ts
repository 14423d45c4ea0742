import type { StudyView } from '../../report/index.js'
import { html, none, type Html } from './html.js'

/** The probe questions, with the untouched model's answers beside those of the exported one. */
export function answers({ probes, best, state }: StudyView): Html | string {
  if (probes.length === 0) return none
  if (probes.every(({ before, after }) => before === null && after === null))
    return questions(probes)
  const pending =
    state === 'complete' && best === null
      ? 'Nothing was exported, so it was not asked.'
      : 'Asked once the best model has been exported.'
  return html`<section class="panel" aria-labelledby="answers-title">
    <h2 id="answers-title">Before and after</h2>
    <p class="muted">
      The same questions, asked of the model as it was given and of the exported one.
    </p>
    <ol class="answers">
      ${probes.map(
        ({ prompt, before, after }) =>
          html`<li>
            <h3>${prompt}</h3>
            <div class="answer-pair">
              ${answer('Before', before, 'Not asked yet.', 'before')}${answer('After', after, pending, 'after')}
            </div>
          </li>`,
      )}
    </ol>
  </section>`
}

/** Before anything has been asked. */
function questions(probes: StudyView['probes']): Html {
  return html`<section class="panel" aria-labelledby="answers-title">
    <h2 id="answers-title">Before and after</h2>
    <p class="muted">
      Asked of the model as it was given before the search begins, and of the exported one at its
      end:
    </p>
    <ul class="questions">
      ${probes.map(({ prompt }) => html`<li>${prompt}</li>`)}
    </ul>
  </section>`
}

function answer(label: string, text: string | null, pending: string, side: string): Html {
  const said =
    text === null
      ? html`<p class="muted">${pending}</p>`
      : text.trim() === ''
        ? html`<p class="muted">It answered nothing.</p>`
        : html`<p class="said">${text}</p>`
  return html`<div class="answer ${side}"><span class="tag">${label}</span>${said}</div>`
}
