import {
  expectedLine,
  format,
  leaderboard,
  rankedBy,
  type Cell,
  type Column,
  type Row,
  type StudyView,
} from '../../report/index.js'
import { html, none, textOf, type Html } from './html.js'
import { trialBadge } from './marks.js'

/**
 * The leaderboard. Each trial is a tbody of two rows, the second of which holds what there is to
 * say about it, so that sorting moves both. A cell's `data-sort` is what its column is sorted by.
 */
export function board(view: StudyView): Html {
  const { columns, rows } = leaderboard(view)
  return html`<div class="panel-head">
      <h2 id="board-title">Leaderboard</h2>
      ${downloads(view.name)}
    </div>
    <p class="muted">${rankedBy(view)} Click a row to see its learning curve, a heading to sort.</p>
    ${rows.length === 0 ? html`<p class="empty-line">No trial has been started yet.</p>` : none}
    <div class="scroll" tabindex="0" role="region" aria-labelledby="board-title">
      <table class="board" id="leaderboard" ${rows.length === 0 ? html` hidden` : none}>
        <thead>
          <tr>
            ${columns.map(heading)}
            <th scope="col" class="more"><span class="unseen">More</span></th>
          </tr>
        </thead>
        ${rows.map(row => trialBody(row, columns, view))}
      </table>
    </div>`
}

/** One trial's tbody by itself, for a page that shows the rest already. */
export function trialRows(view: StudyView): {
  readonly order: readonly number[]
  readonly columns: readonly string[]
  readonly rows: ReadonlyMap<number, string>
} {
  const { columns, rows } = leaderboard(view)
  return {
    order: rows.map(({ trial }) => trial.number),
    columns: columns.map(({ key }) => key),
    rows: new Map(rows.map(row => [row.trial.number, textOf(trialBody(row, columns, view))])),
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
          aria-label="More about trial ${trial.number}"
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
  switch (key) {
    case 'trial':
      return html`<th scope="row" data-key="${key}" data-sort="${sort}">
        <button type="button" class="pick" aria-pressed="false">
          <span class="swatch" aria-hidden="true"></span>Trial ${text}
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
        ${trial.state === 'running' ? html`<span class="pulse" aria-hidden="true"></span>` : none}${text}
      </td>`
    default:
      return html`<td class="${kind}" data-key="${key}" data-sort="${sort}">${text}</td>`
  }
}

/** What a sentence says is said in the detail; the table has numbers. */
function detail({ trial }: Row, { direction }: StudyView): Html {
  const expected = expectedLine(trial, direction)
  return html`<dl class="pairs">
    ${remark('Outcome', trial.reason)}
    ${
      trial.output === undefined
        ? none
        : html`<div class="said-of">
            <dt>Last output</dt>
            <dd><pre class="command">${trial.output.trim()}</pre></dd>
          </div>`
    }
    ${trial.verdict && trial.state !== 'failed' ? remark('Verdict', trial.verdict.reason) : none}
    ${remark('Why these settings', trial.chosen)}
    ${(trial.stages ?? []).slice(1).map(({ until, reason }) => remark(`Why on to epoch ${until}`, reason))}
    ${expected ? remark('Against what was expected', expected) : none}
    ${trial.leader === trial.number ? none : remark('Training', `Shared: its epochs are the first ${trial.epochsAsked ?? ''} of trial ${trial.leader}’s`)}
    ${Object.entries(trial.params).map(([name, value]) => pair(format.sentence(format.paramName(name)), exact(value)))}
    ${trial.device === null ? none : pair('Ran on', `${trial.device}${trial.attempt !== null && trial.attempt > 1 ? `, attempt ${trial.attempt}` : ''}`)}
  </dl>`
}

function pair(label: string, text: string): Html {
  return html`<div>
    <dt>${label}</dt>
    <dd>${text}</dd>
  </div>`
}

function remark(label: string, text: string): Html {
  return html`<div class="said-of">
    <dt>${label}</dt>
    <dd>${format.sentence(text)}.</dd>
  </div>`
}

function downloads(name: string): Html {
  const at = `/api/studies/${encodeURIComponent(name)}/leaderboard`
  return html`<p class="downloads">
    <a class="button small" href="${at}.csv" download>CSV</a
    ><a class="button small" href="${at}.json" download>JSON</a>
  </p>`
}

function exact(value: string | number | boolean): string {
  return typeof value === 'boolean' ? format.paramValue(value) : String(value)
}

function sortKey(value: Cell['value']): string {
  return value === null ? '' : String(value)
}
