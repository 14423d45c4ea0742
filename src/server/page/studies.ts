import {
  format,
  progressShare,
  statusLine,
  studyView,
  type Language,
  type StudyView,
} from '../../report/index.js'
import type { StudyListing } from '../../storage/index.js'
import { pageWords } from '../words/index.js'
import { html, type Html } from './html.js'
import { layout } from './layout.js'
import { progressBar, studyBadge } from './marks.js'

/** The first page: every study of the folder. */
export function studiesPage(listings: readonly StudyListing[], language: Language): string {
  const words = pageWords(language).studies
  return layout({
    language,
    title: `${words.title} · tune`,
    kind: 'studies',
    events: '/events',
    main: html`<section class="hero">
        <h1>${words.title}</h1>
        <p class="lead">${words.intro}</p>
      </section>
      <div id="studies" data-part>${studiesList(listings, language)}</div>`,
  })
}

export function studiesList(listings: readonly StudyListing[], language: Language): Html {
  const words = pageWords(language).studies
  if (listings.length === 0) {
    return html`<div class="panel empty">
      <h2>${words.none}</h2>
      <p>${words.howTo}</p>
      <pre class="command">
tune study create my-study --model DIR --data FILE
tune study run my-study</pre>
      <p>${words.example} <code>tune quickstart</code></p>
    </div>`
  }
  return html`<ul class="cards">
    ${listings.map(listing => card(listing, language))}
  </ul>`
}

function card(listing: StudyListing, language: Language): Html {
  const { name, status } = listing
  const words = pageWords(language).studies
  if (status === 'damaged')
    return html`<li class="panel card">
      <div class="card-head">
        <h2>${name}</h2>
        <span class="badge failure">${words.damaged}</span>
      </div>
      <p class="muted">${listing.error.message}</p>
    </li>`
  if (status === 'new') {
    const [before, after] = words.notRun
    return html`<li class="panel card">
      <div class="card-head">
        <h2>${link(name, language)}</h2>
        ${studyBadge({ state: 'created', live: false, language })}
      </div>
      <p class="muted">${before}<code>tune study run ${name}</code>${after}</p>
    </li>`
  }
  const { document, live } = listing
  return studyCard(name, studyView({ document, epochs: new Map(), live }, language))
}

function studyCard(name: string, view: StudyView): Html {
  const { best, start, progress, language } = view
  const words = pageWords(language).studies
  return html`<li class="panel card">
    <div class="card-head">
      <h2>${link(name, language)}</h2>
      ${studyBadge(view)}
    </div>
    ${progressBar(progressShare(progress), language, name)}
    <p class="muted">${statusLine(view)}</p>
    <dl class="pairs">
      <div>
        <dt>${words.bestLoss}</dt>
        <dd>${best ? format.loss(best.valLoss) : '–'}</dd>
      </div>
      <div>
        <dt>${words.before}</dt>
        <dd>${format.loss(start?.valLoss ?? null)}</dd>
      </div>
      <div>
        <dt>${words.search}</dt>
        <dd>${view.sampler}</dd>
      </div>
    </dl>
  </li>`
}

function link(name: string, language: Language): Html {
  const query = language === 'en' ? '' : `?language=${language}`
  return html`<a href="/studies/${encodeURIComponent(name)}${query}">${name}</a>`
}
