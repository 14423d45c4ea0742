import type { StudyView } from '../../report/index.js'
import { answers } from './answers.js'
import { board } from './board.js'
import { progressCharts, settingsChart } from './charts.js'
import { facts } from './facts.js'
import { hero } from './hero.js'
import { html, type Html } from './html.js'
import { layout } from './layout.js'
import { legend } from './legend.js'
import { overfitted } from './overfitted.js'
import { trust } from './trust.js'

/** A study: where it stands, its best result, leaderboard, curves, answers and facts. */
export function studyPage(view: StudyView): string {
  return layout({
    title: `${view.name} · tune`,
    kind: 'study',
    events: `${eventsOf(view.name)}?language=${view.language}`,
    crumb: crumb(view.name),
    main: html`<div id="hero" data-part>${hero(view)}</div>
      <div id="answers" data-part>${answers(view)}</div>
      ${progressCharts(view)}
      <section class="panel board-panel" aria-labelledby="board-title">
        <div id="board" data-part>${board(view)}</div>
      </section>
      <div class="two">
        <div class="stack">
          ${settingsChart()}
          <div id="facts" data-part>${facts(view)}</div>
        </div>
        <div class="stack">
          <div id="trust" data-part>${trust(view)}</div>
          <div id="overfitted" data-part>${overfitted(view)}</div>
        </div>
      </div>
      ${legend(view)}`,
  })
}

/** A study that is defined and was never run. */
export function newStudyPage(name: string): string {
  return layout({
    title: `${name} · tune`,
    kind: 'new-study',
    events: eventsOf(name),
    crumb: crumb(name),
    main: html`<section class="hero">
      <h1>${name}</h1>
      <p class="lead">This study has not been run yet. Start it, and this page fills by itself:</p>
      <pre class="command">tune study run ${name}</pre>
    </section>`,
  })
}

function eventsOf(name: string): string {
  return `/studies/${encodeURIComponent(name)}/events`
}

function crumb(name: string): Html {
  return html`<nav class="crumb" aria-label="You are here">
    <a href="/">Studies</a><span aria-hidden="true">/</span><span aria-current="page">${name}</span>
  </nav>`
}
