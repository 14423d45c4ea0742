// Follows a page's events; on a study's page it updates the leaderboard and the charts.
import { createBoard } from './board.js'
import { createCharts } from './charts.js'
import { follow } from './live.js'
import { replaceInside } from './morph.js'
import { createState } from './state.js'

/** @typedef {{ set: Record<string, any>, gone: string[] }} Change */
/** @typedef {(change: Change, whole: boolean) => void} Apply */

const { page, events } = document.body.dataset
const apply = page === 'study' ? studyPage() : () => {}

if (events) {
  follow(events, (change, whole) => {
    // A study that has started, or one that was created again, has another page.
    if (change.set.page !== undefined && change.set.page !== page) location.reload()
    for (const [key, value] of Object.entries(change.set)) {
      if (key.startsWith('html:')) replaceInside(key.slice(5), value)
    }
    apply(change, whole)
  })
}

/** @returns {Apply} */
function studyPage() {
  const state = createState()
  const board = createBoard(state)
  const charts = createCharts(state, board)
  return (change, whole) => {
    board.apply(change, whole)
    charts.apply(change, whole)
  }
}
