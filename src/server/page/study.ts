import type { Language, StudyView } from '../../report/index.js'
import { pageWords } from '../words/index.js'
import { answers } from './answers.js'
import { board } from './board.js'
import { progressCharts, settingsChart } from './charts.js'
import { facts } from './facts.js'
import { hero } from './hero.js'
import { html, type Html } from './html.js'
import { layout } from './layout.js'
import { legend } from './legend.js'
import { overfitted } from './overfitted.js'
import { reliability } from './reliability.js'

/** A study: state, best result, leaderboard, curves, answers and facts. */
export function studyPage(view: StudyView): string {
  return layout({
    language: view.language,
    title: `${view.name} · tune`,
    kind: 'study',
    events: eventsPath(view.name),
    crumb: crumb(view.name, view.language),
    main: html`<div id="hero" data-part>${hero(view)}</div>
      <div id="answers" data-part>${answers(view)}</div>
      ${progressCharts(view)}
      <section class="panel board-panel" aria-labelledby="board-title">
        <div id="board" data-part>${board(view)}</div>
      </section>
      <div class="two">
        <div class="stack">
          ${settingsChart(view)}
          <div id="facts" data-part>${facts(view)}</div>
        </div>
        <div class="stack">
          <div id="reliability" data-part>${reliability(view)}</div>
          <div id="overfitted" data-part>${overfitted(view)}</div>
        </div>
      </div>
      ${legend(view)}`,
  })
}

/** A study that is defined but has never run. */
export function newStudyPage(name: string, language: Language): string {
  return layout({
    language,
    title: `${name} · tune`,
    kind: 'new-study',
    events: eventsPath(name),
    crumb: crumb(name, language),
    main: html`<section class="hero">
      <h1>${name}</h1>
      <p class="lead">${pageWords(language).studies.newStudy}</p>
      <pre class="command">tune study run ${name}</pre>
    </section>`,
  })
}

function eventsPath(name: string): string {
  return `/studies/${encodeURIComponent(name)}/events`
}

function crumb(name: string, language: Language): Html {
  const { here, studies } = pageWords(language).layout
  return html`<nav class="crumb" aria-label="${here}">
    <a href="/?language=${language}">${studies}</a><span aria-hidden="true">/</span
    ><span aria-current="page">${name}</span>
  </nav>`
}
