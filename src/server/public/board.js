import { parse, replaceCell } from './morph.js'
import { colorPicks, pickByDefault } from './picks.js'
import { sortTrials } from './sort.js'

/**
 * @typedef {object} Board
 * @property {(change: import('./main.js').Change, whole: boolean) => void} apply
 * @property {() => ReadonlyMap<number, number>} picks color by trial
 */

/**
 * The leaderboard: sorts, marks the trials whose curves are drawn, unfolds details, and applies
 * changes.
 *
 * @param {import('./state.js').State} state
 * @returns {Board}
 */
export function createBoard(state) {
  const table = /** @type {HTMLTableElement} */ (document.getElementById('leaderboard'))
  /** @type {Map<number, HTMLTableSectionElement>} */
  const rows = new Map([...table.tBodies].map(body => [Number(body.dataset.number), body]))
  let order = [...rows.keys()]
  /** The latest markup of each row. @type {Map<string, string>} */
  const latest = new Map()
  /** @type {ReadonlyMap<number, number>} */
  let colors = new Map()

  table.addEventListener('click', event => {
    const target = /** @type {Element} */ (event.target)
    const head = /** @type {HTMLElement | null} */ (
      target.closest('th[data-key] button')?.closest('thead th') ?? null
    )
    if (head) return sortBy(head.dataset.key ?? 'rank')
    const number = Number(
      /** @type {HTMLElement | null} */ (target.closest('tbody'))?.dataset.number,
    )
    if (target.closest('.open')) return state.set({ open: toggled(state.get().open, number) })
    // A drag selects text and is no click on the row.
    if (target.closest('tr.row') && getSelection()?.isCollapsed !== false)
      state.set({ picks: toggled(shownPicks(), number) })
  })
  document
    .getElementById('clear-picks')
    ?.addEventListener('click', () => state.set({ picks: null }))
  state.listen(show)
  show()

  /** @param {string} key */
  function sortBy(key) {
    const { sort } = state.get()
    state.set({ sort: { key, down: sort.key === key && !sort.down } })
  }

  function shownPicks() {
    const { picks } = state.get()
    return (picks ?? pickByDefault(order, trialState)).filter(number => rows.has(number))
  }

  function show() {
    arrange()
    const { open, picks } = state.get()
    colors = colorPicks(colors, shownPicks())
    for (const [number, body] of rows) mark(body, colors.get(number), open.includes(number))
    const clear = document.getElementById('clear-picks')
    if (clear) clear.hidden = picks === null
  }

  function arrange() {
    const { key, down } = state.get().sort
    for (const th of table.tHead?.querySelectorAll('th[data-key]') ?? []) {
      th.setAttribute(
        'aria-sort',
        th.getAttribute('data-key') === key ? (down ? 'descending' : 'ascending') : 'none',
      )
    }
    const numeric =
      table.tHead
        ?.querySelector(`th[data-key="${CSS.escape(key)}"]`)
        ?.classList.contains('number') ?? true
    const sorted =
      key === 'rank' && !down
        ? order
        : sortTrials(order, number => sortValue(number, key), numeric, down)
    const focused = document.activeElement
    /** @type {Element | null} */
    let place = table.tBodies[0] ?? null
    for (const number of sorted) {
      const body = rows.get(number)
      if (body === place) place = place?.nextElementSibling ?? null
      else if (body) table.insertBefore(body, place)
    }
    if (focused instanceof HTMLElement && focused !== document.activeElement)
      focused.focus({ preventScroll: true })
  }

  /**
   * @param {number} number
   * @param {string} key
   */
  function sortValue(number, key) {
    return (
      rows
        .get(number)
        ?.querySelector(`tr.row [data-key="${CSS.escape(key)}"]`)
        ?.getAttribute('data-sort') ?? ''
    )
  }

  /** @param {number} number */
  function trialState(number) {
    return /is-(\w+)/.exec(rows.get(number)?.className ?? '')?.[1] ?? ''
  }

  /**
   * @param {string} key
   * @param {string} markup
   */
  function update(key, markup) {
    if (latest.get(key) === markup) return
    latest.set(key, markup)
    const fresh = /** @type {HTMLTableSectionElement} */ (parse(markup).querySelector('tbody'))
    const number = Number(fresh.dataset.number)
    const body = rows.get(number)
    if (!body) {
      rows.set(number, fresh)
      table.append(fresh)
      return
    }
    body.className = fresh.className
    for (const cell of fresh.querySelectorAll('tr.row > [data-key]:not([data-key="trial"])')) {
      const old = body.querySelector(
        `tr.row > [data-key="${CSS.escape(cell.getAttribute('data-key') ?? '')}"]`,
      )
      if (old && replaceCell(old, cell)) flash(old)
    }
    const detail = fresh.querySelector('tr.detail > td')
    const old = body.querySelector('tr.detail > td')
    if (detail && old) replaceCell(old, detail)
  }

  return {
    apply({ set, gone }, whole) {
      const heads = [...(table.tHead?.querySelectorAll('th[data-key]') ?? [])].map(th =>
        th.getAttribute('data-key'),
      )
      // A trial with a new parameter needs another table.
      if (set.columns && set.columns.join('\n') !== heads.join('\n')) return location.reload()
      for (const [key, value] of Object.entries(set)) if (key.startsWith('row:')) update(key, value)
      if (set.order) order = set.order
      for (const number of [...rows.keys()]) {
        if (!gone.includes(`row:${number}`) && !(whole && !(`row:${number}` in set))) continue
        rows.get(number)?.remove()
        rows.delete(number)
        latest.delete(`row:${number}`)
      }
      table.hidden = rows.size === 0
      const empty = document.querySelector('#board .empty-line')
      if (rows.size > 0) empty?.remove()
      show()
    },
    picks: () => colors,
  }
}

/**
 * @param {HTMLElement} body
 * @param {number | undefined} color undefined when the trial's curve is not drawn
 * @param {boolean} open
 */
function mark(body, color, open) {
  body.classList.toggle('is-picked', color !== undefined)
  body.classList.toggle('is-open', open)
  const pick = body.querySelector('.pick')
  pick?.setAttribute('aria-pressed', String(color !== undefined))
  if (color === undefined) body.removeAttribute('data-series')
  else body.setAttribute('data-series', String(color))
  body.querySelector('.open')?.setAttribute('aria-expanded', String(open))
  const detail = /** @type {HTMLElement | null} */ (body.querySelector('tr.detail'))
  if (detail) detail.hidden = !open
}

/** @param {Element} cell */
function flash(cell) {
  cell.classList.add('changed')
  cell.addEventListener('animationend', () => cell.classList.remove('changed'), { once: true })
}

/**
 * @param {readonly number[]} list
 * @param {number} number
 */
function toggled(list, number) {
  return list.includes(number) ? list.filter(other => other !== number) : [...list, number]
}
