import {
  finalistsTable,
  format,
  reportWords,
  retrainedTable,
  type StudyView,
} from '../../report/index.js'
import { pageWords } from '../words/index.js'
import { html, none, type Html } from './html.js'

/** How significant the ranking is, the result on the test split, and advice. */
export function reliability(view: StudyView): Html {
  const { trust, test, retrained, language } = view
  const { sections } = reportWords(language)
  const { standings = [], sentences = [] } = test ?? {}
  const pending = !trust && standings.length === 0
  const tables = [
    test && standings.length > 0
      ? table(finalistsTable(test, language), sections.finalists, 'finalists')
      : none,
    retrained?.sentence ? paragraph(retrained.sentence, language) : none,
    retrained ? table(retrainedTable(retrained, language), sections.retrained, 'retrained') : none,
  ]
  return html`<section class="panel" aria-labelledby="reliability-title">
    <h2 id="reliability-title">${sections.reliability}</h2>
    ${trust ? ranking(trust, language) : none}
    ${pending ? html`<p class="muted">${sections.reliabilityPending}</p>` : none}
    ${sentences.map(sentence => paragraph(sentence, language))} ${tables}
    ${trust && trust.advice.length > 0 ? advice(trust, language) : none}
  </section>`
}

type Trust = NonNullable<StudyView['trust']>
type Language = StudyView['language']

/** The order, and the first trials with the 95% intervals of their losses. */
function ranking({ sentence, standings }: Trust, language: Language): Html {
  const words = pageWords(language).reliability
  const { trialName } = reportWords(language)
  return html`${paragraph(sentence, language)}
    <dl class="facts">
      ${standings.slice(0, 5).map(
        ({ number, low, high, first }) =>
          html`<dt>${trialName(number)}</dt>
            <dd>
              ${words.interval(format.loss(low), format.loss(high))};
              ${words.probability(format.percent(first))}
            </dd>`,
      )}
    </dl>`
}

function advice({ advice: pieces }: Trust, language: Language): Html {
  return html`<ul class="overfits">
    ${pieces.map(
      ({ advice, ground }) =>
        html`<li>
          <strong>${advice}</strong>
          ${paragraph(ground, language)}
        </li>`,
    )}
  </ul>`
}

/** Numbers by trial. */
function table(
  { header, rows }: ReturnType<typeof finalistsTable>,
  title: string,
  id: string,
): Html {
  return html`<div class="measured" tabindex="0" role="region" aria-labelledby="${id}-title">
    <table class="finalists">
      <caption id="${id}-title">
        ${title}
      </caption>
      <thead>
        <tr>
          ${header.map(label => html`<th scope="col">${label}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([trial, ...cells]) =>
            html`<tr>
              <th scope="row">${trial}</th>
              ${cells.map(cell => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`
}

function paragraph(text: string, language: Language): Html {
  return html`<p>${format.sentence(text)}${reportWords(language).fullStop}</p>`
}
