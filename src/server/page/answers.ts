import { reportWords, type StudyView } from '../../report/index.js'
import { pageWords } from '../words/index.js'
import { html, none, type Html } from './html.js'

/** The probe questions, with the answers before fine-tuning beside those of the exported model. */
export function answers({ probes, best, state, language }: StudyView): Html | string {
  if (probes.length === 0) return none
  const words = pageWords(language).answers
  const { before, after } = reportWords(language).sections
  const questionsOnly = probes.every(probe => probe.before === null && probe.after === null)
  const pending = state === 'complete' && best === null ? words.noExport : words.pending
  return html`<section class="panel" aria-labelledby="answers-title">
    <h2 id="answers-title">${words.title}</h2>
    ${
      questionsOnly
        ? html`<p class="muted">${words.questions}</p>
            <ul class="questions">
              ${probes.map(({ prompt }) => html`<li>${prompt}</li>`)}
            </ul>`
        : html`<p class="muted">${words.intro}</p>
            <ol class="answers">
              ${probes.map(
                probe =>
                  html`<li>
                    <h3>${probe.prompt}</h3>
                    <div class="answer-pair">
                      ${answer(before, probe.before, words.notYet, words.empty, 'before')}
                      ${answer(after, probe.after, pending, words.empty, 'after')}
                    </div>
                  </li>`,
              )}
            </ol>`
    }
  </section>`
}

function answer(
  label: string,
  text: string | null,
  pending: string,
  empty: string,
  side: 'before' | 'after',
): Html {
  const content =
    text === null || text.trim() === ''
      ? html`<p class="muted">${text === null ? pending : empty}</p>`
      : html`<p class="answer-text">${text}</p>`
  return html`<div class="answer ${side}"><span class="tag">${label}</span>${content}</div>`
}
