import {
  format,
  leaderboard,
  predictionLine,
  rankedBy,
  reportWords,
  settingName,
  type Cell,
  type Column,
  type Row,
  type StudyView,
} from '../../report/index.js'
import { pageWords } from '../words/index.js'
import { html, none, toText, type Html } from './html.js'
import { trialBadge } from './marks.js'

/**
 * The leaderboard. Each trial is a tbody of two rows, so that sorting moves both; the second holds
 * the details. A column is sorted by the `data-sort` of its cells.
 */
export function board(view: StudyView): Html {
  const { columns, rows } = leaderboard(view)
  const words = pageWords(view.language).board
  const { sections, space } = reportWords(view.language)
  return html`<div class="panel-head">
      <h2 id="board-title">${sections.leaderboard}</h2>
      ${downloads(view.name)}
    </div>
    <p class="muted">${rankedBy(view)}${space}${words.hint}</p>
    ${rows.length === 0 ? html`<p class="empty-line">${words.none}</p>` : none}
    <div class="scroll" tabindex="0" role="region" aria-labelledby="board-title">
      <table class="board" id="leaderboard" ${rows.length === 0 ? html` hidden` : none}>
        <thead>
          <tr>
            ${columns.map(heading)}
            <th scope="col" class="more"><span class="unseen">${words.more}</span></th>
          </tr>
        </thead>
        ${rows.map(row => trialBody(row, columns, view))}
      </table>
    </div>`
}

/** Each trial's tbody by itself, for a page that shows the others already. */
export function trialRows(view: StudyView): {
  readonly order: readonly number[]
  readonly columns: readonly string[]
  readonly rows: ReadonlyMap<number, string>
} {
  const { columns, rows } = leaderboard(view)
  return {
    order: rows.map(({ trial }) => trial.number),
    columns: columns.map(({ key }) => key),
    rows: new Map(rows.map(row => [row.trial.number, toText(trialBody(row, columns, view))])),
  }
}

function heading({ key, label, kind, meaning }: Column): Html {
  const sort = key === 'rank' ? 'ascending' : 'none'
  return html`<th scope="col" class="${kind}" data-key="${key}" aria-sort="${sort}">
    <button type="button" ${meaning === null ? none : html` title="${meaning}"`}>
      ${label}<span class="arrow" aria-hidden="true"></span>
    </button>
  </th>`
}

function trialBody(row: Row, columns: readonly Column[], view: StudyView): Html {
  const { trial } = row
  return html`<tbody class="trial is-${trial.state}" data-number="${trial.number}">
    <tr class="row">
      ${columns.map(column => cell(row, column, view.language))}
      <td class="more">
        <button
          type="button"
          class="open"
          aria-expanded="false"
          aria-controls="detail-${trial.number}"
          aria-label="${pageWords(view.language).board.moreAbout(trial.number)}"
        >
          <span class="chevron" aria-hidden="true"></span>
        </button>
      </td>
    </tr>
    <tr class="detail" id="detail-${trial.number}" hidden>
      <td colspan="${columns.length + 1}">${detail(row, view)}</td>
    </tr>
  </tbody>`
}

function cell({ trial, cells }: Row, { key, kind }: Column, language: StudyView['language']): Html {
  const { value, text } = cells[key]!
  const sort = sortKey(value)
  const name = reportWords(language).trialName(trial.number)
  const pulse = html`<span class="pulse" aria-hidden="true"></span>`
  switch (key) {
    case 'trial':
      return html`<th scope="row" data-key="${key}" data-sort="${sort}">
        <button type="button" class="pick" aria-pressed="false">
          <span class="swatch" aria-hidden="true"></span>${name}
        </button>
      </th>`
    case 'rank':
      return html`<td
        class="${kind} rank${value === 1 ? ' first' : ''}"
        data-key="${key}"
        data-sort="${sort}"
      >
        ${text}
      </td>`
    case 'verdict':
      return html`<td class="${kind}" data-key="${key}" data-sort="${sort}">
        ${trialBadge(trial, language)}
      </td>`
    case 'state':
      return html`<td class="${kind} state" data-key="${key}" data-sort="${sort}">
        ${trial.state === 'running' ? pulse : none}${text}
      </td>`
    default:
      return html`<td class="${kind}" data-key="${key}" data-sort="${sort}">${text}</td>`
  }
}

/** The details of a trial: its sentences, its exact settings, its device. */
function detail({ trial }: Row, { direction, language }: StudyView): Html {
  const words = pageWords(language).board
  const { fullStop, values } = reportWords(language)
  const remark = (label: string, text: string): Html =>
    wide(label, html`${format.sentence(text)}${fullStop}`)
  const { verdict, output, leader, epochsPlanned, device, attempt } = trial
  const prediction = predictionLine(trial, direction, language)
  const stages = (trial.stages ?? []).slice(1)
  const attempts = attempt !== null && attempt > 1 ? `, ${words.attempt(attempt)}` : ''
  const lastOutput = output && html`<pre class="command">${output.trim()}</pre>`
  const sharedRun =
    leader === trial.number
      ? none
      : remark(words.trainingRun, words.sharedRun(epochsPlanned, leader))
  const settings = Object.entries(trial.params).map(([name, value]) =>
    pair(
      format.sentence(settingName(name, language)),
      typeof value === 'boolean' ? format.paramValue(value, values) : String(value),
    ),
  )
  return html`<dl class="pairs">
    ${remark(words.outcome, trial.reason)} ${lastOutput ? wide(words.lastOutput, lastOutput) : none}
    ${verdict && trial.state !== 'failed' ? remark(words.verdict, verdict.reason) : none}
    ${remark(words.rationale, trial.rationale)}
    ${stages.map(({ until, reason }) => remark(words.rationaleTo(until), reason))}
    ${prediction ? remark(words.prediction, prediction) : none} ${sharedRun} ${settings}
    ${device === null ? none : pair(words.device, `${device}${attempts}`)}
  </dl>`
}

function pair(label: string, text: string): Html {
  return html`<div>
    <dt>${label}</dt>
    <dd>${text}</dd>
  </div>`
}

/** A pair over the whole width. */
function wide(label: string, content: Html): Html {
  return html`<div class="wide">
    <dt>${label}</dt>
    <dd>${content}</dd>
  </div>`
}

function downloads(name: string): Html {
  const at = `/api/studies/${encodeURIComponent(name)}/leaderboard`
  return html`<p class="downloads">
    <a class="button small" href="${at}.csv" download>CSV</a
    ><a class="button small" href="${at}.json" download>JSON</a>
  </p>`
}

function sortKey(value: Cell['value']): string {
  return value === null ? '' : String(value)
}
