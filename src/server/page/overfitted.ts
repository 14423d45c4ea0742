import { format, reportWords, type StudyView } from '../../report/index.js'
import { pageWords } from '../words/index.js'
import { html, none, type Html } from './html.js'

/** The trials that overfitted, their epochs and the evidence. */
export function overfitted({
  overfitted: trials,
  progress,
  language,
  scoreEpoch,
}: StudyView): Html {
  const { sections, fullStop, trialName } = reportWords(language)
  const words = pageWords(language).overfitted
  const last = scoreEpoch === 'last'
  const content =
    trials.length > 0
      ? html`<ul class="overfits">
          ${trials.map(
            ({ number, bestEpoch, epochsRun, reason }) =>
              html`<li>
                <strong>${trialName(number)}</strong>
                <span class="muted">${words.epoch(bestEpoch, epochsRun, last)}</span>
                <p>${format.sentence(reason)}${fullStop}</p>
              </li>`,
          )}
        </ul>`
      : html`<p class="muted">
          ${progress.finished === 0 ? sections.noneFinished : sections.noneOverfitted}
        </p>`
  const count =
    trials.length > 0 ? html`<p class="muted">${words.count(trials.length, last)}</p>` : none
  return html`<section class="panel" aria-labelledby="overfit-title">
    <h2 id="overfit-title">${sections.overfitted}</h2>
    ${count}${content}
  </section>`
}
