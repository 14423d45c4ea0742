import { html } from './html.js'
import { layout } from './layout.js'

/** For an address at which there is nothing. */
export function notFoundPage(study: string | null): string {
  const what =
    study === null
      ? html`There is nothing at this address.`
      : html`There is no study called <strong>${study}</strong> here. It may have been deleted, or
          lie in another folder.`
  return layout({
    title: 'Not found · tune',
    kind: 'problem',
    main: html`<section class="hero">
      <h1>Not found</h1>
      <p class="lead">${what}</p>
      <p><a class="button" href="/">All studies</a></p>
    </section>`,
  })
}

/** For a study whose files cannot be read. */
export function problemPage(problem: string): string {
  return layout({
    title: 'Problem · tune',
    kind: 'problem',
    main: html`<section class="hero">
      <h1>This study cannot be shown</h1>
      <p class="lead">${problem}</p>
      <p><a class="button" href="/">All studies</a></p>
    </section>`,
  })
}
