import { format, shareOf, statusLine, studyView, type StudyView } from '../../report/index.js'
import type { StudyListing } from '../../storage/index.js'
import { html, type Html } from './html.js'
import { layout } from './layout.js'
import { progressBar, studyBadge } from './marks.js'

/** The first page: every study of the folder. */
export function studiesPage(listings: readonly StudyListing[]): string {
  return layout({
    title: 'Studies · tune',
    kind: 'studies',
    events: '/events',
    main: html`<section class="hero">
        <h1>Studies</h1>
        <p class="lead">
          A study is one search for the best fine-tuning of a model: each of its trials trains with
          other settings.
        </p>
      </section>
      <div id="studies" data-part>${studiesList(listings)}</div>`,
  })
}

export function studiesList(listings: readonly StudyListing[]): Html {
  if (listings.length === 0) {
    return html`<div class="panel empty">
      <h2>No studies yet</h2>
      <p>Make one and run it, then it appears here by itself:</p>
      <pre class="command">
tune study create my-study --model DIR --data FILE
tune study run my-study</pre>
      <p>Or see the whole product work on an example: <code>tune quickstart</code>.</p>
    </div>`
  }
  return html`<ul class="cards">
    ${listings.map(card)}
  </ul>`
}

function card(listing: StudyListing): Html {
  const { name, status } = listing
  if (status === 'damaged')
    return html`<li class="panel card">
      <div class="card-head">
        <h2>${name}</h2>
        <span class="badge failure">damaged</span>
      </div>
      <p class="muted">${listing.error.message}</p>
    </li>`
  if (status === 'new')
    return html`<li class="panel card">
      <div class="card-head">
        <h2>${link(name)}</h2>
        ${studyBadge({ state: 'created', live: false })}
      </div>
      <p class="muted">Not run yet. <code>tune study run ${name}</code> starts it.</p>
    </li>`
  return studyCard(
    name,
    studyView({ document: listing.document, epochs: new Map(), held: listing.held }),
  )
}

function studyCard(name: string, view: StudyView): Html {
  const { best, start, progress } = view
  return html`<li class="panel card">
    <div class="card-head">
      <h2>${link(name)}</h2>
      ${studyBadge(view)}
    </div>
    ${progressBar(shareOf(progress), name)}
    <p class="muted">${statusLine(view)}</p>
    <dl class="pairs">
      <div>
        <dt>Best validation loss</dt>
        <dd>${best ? format.loss(best.valLoss) : '–'}</dd>
      </div>
      <div>
        <dt>Untouched model</dt>
        <dd>${format.loss(start?.valLoss ?? null)}</dd>
      </div>
      <div>
        <dt>Search</dt>
        <dd>${view.sampler}</dd>
      </div>
    </dl>
  </li>`
}

function link(name: string): Html {
  return html`<a href="/studies/${encodeURIComponent(name)}">${name}</a>`
}
