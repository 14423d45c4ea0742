import {
  finalistsTable,
  format,
  retrainedTable,
  TRUST_WORDS,
  type StudyView,
  type TestView,
} from '../../report/index.js'
import { html, none, type Html } from './html.js'

/** How much the ranking means, what the test split says of it, and what to do next. */
export function trust({ trust: told, test, retrained, language }: StudyView): Html {
  const words = TRUST_WORDS[language]
  const body = told
    ? html`<p>${paragraph(told.sentence, language)}</p>
        ${standings(told, language)}`
    : test?.standings.length
      ? none
      : html`<p class="muted">${words.pending}</p>`
  const advice =
    told && told.advice.length > 0
      ? html`<ul class="overfits">
          ${told.advice.map(
            ({ advice, ground }) =>
              html`<li>
                <strong>${advice}</strong>
                <p>${paragraph(ground, language)}</p>
              </li>`,
          )}
        </ul>`
      : none
  return html`<section class="panel" aria-labelledby="trust-title" lang="${language}">
    <h2 id="trust-title">${words.trust}</h2>
    ${body}${test ? finalists(test, language) : none}${retrained ? again(retrained, language) : none}${advice}${otherLanguage(language)}
  </section>`
}

/** The same in the other language. */
function otherLanguage(language: StudyView['language']): Html {
  return language === 'zh'
    ? html`<p class="muted"><a href="?language=en" lang="en">In English</a></p>`
    : html`<p class="muted"><a href="?language=zh" lang="zh">中文</a></p>`
}

/** The first rivals, each with the interval its loss may be in. */
function standings(
  { standings: all }: NonNullable<StudyView['trust']>,
  language: StudyView['language'],
): Html {
  const shown = all.slice(0, 5)
  return html`<dl class="facts">
    ${shown.map(({ number, low, high, first }) =>
      language === 'zh'
        ? html`<dt>试验 ${number}</dt>
            <dd>
              在其他同类样本上为 ${format.loss(low)} 至 ${format.loss(high)}（95%）；为最佳的概率
              ${format.percent(first)}
            </dd>`
        : html`<dt>Trial ${number}</dt>
            <dd>
              ${format.loss(low)} to ${format.loss(high)} on other examples of the kind (95%); the
              best with a probability of ${format.percent(first)}
            </dd>`,
    )}
  </dl>`
}

/** What was measured on examples that the search has not seen. */
function finalists(test: TestView, language: StudyView['language']): Html {
  return html`${test.sentences.map(sentence => html`<p>${paragraph(sentence, language)}</p>`)}${test.standings.length > 0 ? table(finalistsTable(test, language), TRUST_WORDS[language].test, 'finalists') : none}`
}

/** What came of the first configurations under other seeds. */
function again(
  retrained: NonNullable<StudyView['retrained']>,
  language: StudyView['language'],
): Html {
  return html`${retrained.sentence === null ? none : html`<p>${paragraph(retrained.sentence, language)}</p>`}${table(retrainedTable(retrained, language), TRUST_WORDS[language].again, 'retrained')}`
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

function paragraph(text: string, language: StudyView['language']): string {
  return `${format.sentence(text)}${language === 'zh' ? '。' : '.'}`
}
