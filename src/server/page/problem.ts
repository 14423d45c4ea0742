import type { Language } from '../../report/index.js'
import { pageWords } from '../words/index.js'
import { html, type Html } from './html.js'
import { layout } from './layout.js'

/** For a path that has no page. */
export function notFoundPage(study: string | null, language: Language): string {
  const { notFound, noPage, noStudy } = pageWords(language).problem
  const [before, after] = noStudy
  const text = study === null ? html`${noPage}` : html`${before}<strong>${study}</strong>${after}`
  return problem(notFound, text, language)
}

/** For a study whose files cannot be read, or after a bug. */
export function problemPage(text: string, language: Language): string {
  return problem(pageWords(language).problem.cannotShow, html`${text}`, language)
}

function problem(title: string, text: Html, language: Language): string {
  return layout({
    language,
    title: `${title} · tune`,
    kind: 'problem',
    main: html`<section class="hero">
      <h1>${title}</h1>
      <p class="lead">${text}</p>
      <p><a class="button" href="/">${pageWords(language).problem.allStudies}</a></p>
    </section>`,
  })
}
