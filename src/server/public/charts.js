import { curvesChart } from './chart-curves.js'
import { bestChart } from './chart-best.js'
import { scatterChart, verdictsIn } from './chart-scatter.js'
import { createFrame, setWords } from './frame.js'
import { onThemeChange, readColors } from './theme.js'
import { fill, words } from './words.js'

/**
 * The three charts, drawn from the events and from the trials that the reader has picked.
 *
 * @param {import('./state.js').State} state
 * @param {import('./board.js').Board} board
 */
export function createCharts(state, board) {
  const frames = {
    curves: createFrame('curves'),
    best: createFrame('best'),
    scatter: createFrame('scatter'),
  }
  const axis = /** @type {HTMLSelectElement} */ (document.getElementById('scatter-axis'))
  /** @type {Map<number, any>} */
  const curves = new Map()
  /** @type {any} */
  let best = { points: [], summary: '' }
  /** @type {any[]} */
  let scatters = []

  axis.addEventListener('change', () => state.set({ axis: axis.value }))
  state.listen(draw)
  onThemeChange(draw)

  function draw() {
    const color = readColors()
    const picks = board.picks()
    frames.curves.draw(curvesChart(curves, picks, color))
    showSeries(picks)
    const drawn = [...picks.keys()].map(number => curves.get(number)).filter(Boolean)
    setWords(
      'curves-words',
      drawn.length === 0 ? words.chooseTrials : drawn.map(curve => curve.summary).join(' '),
    )
    frames.best.draw(bestChart(best, color))
    setWords('best-words', best.summary)
    drawScatter(color)
  }

  /** @param {import('./theme.js').Color} color */
  function drawScatter(color) {
    const chosen =
      scatters.find(({ parameter }) => parameter === state.get().axis) ?? scatters[0] ?? null
    const names = scatters.map(({ parameter }) => parameter)
    if ([...axis.options].map(option => option.value).join('\n') !== names.join('\n')) {
      axis.replaceChildren(...scatters.map(({ parameter, label }) => new Option(label, parameter)))
    }
    if (chosen) axis.value = chosen.parameter
    const label = /** @type {HTMLElement} */ (axis.closest('label'))
    label.hidden = scatters.length < 2
    frames.scatter.draw(chosen && scatterChart(chosen, color))
    setWords('scatter-words', chosen?.summary ?? '')
    showKey(chosen)
  }

  return {
    /**
     * @param {import('./main.js').Change} change
     * @param {boolean} whole
     */
    apply({ set, gone }, whole) {
      if (whole) curves.clear()
      for (const key of gone) if (key.startsWith('curve:')) curves.delete(Number(key.slice(6)))
      for (const [key, value] of Object.entries(set))
        if (key.startsWith('curve:')) curves.set(value.number, value)
      if (set.bestSoFar) best = set.bestSoFar
      if (set.scatters) scatters = set.scatters
      draw()
    },
  }
}

/** @param {ReadonlyMap<number, number>} picks */
function showSeries(picks) {
  const key = document.getElementById('curves-series')
  const series = [...picks].map(pick => pick.join(':')).join()
  if (!key || key.dataset.picks === series) return
  key.dataset.picks = series
  key.replaceChildren(
    ...[...picks].map(([number, series]) => {
      const name = document.createElement('span')
      name.className = 'series-name'
      name.dataset.series = String(series)
      name.textContent = fill(words.trial, number)
      return name
    }),
  )
}

/** @param {any} scatter */
function showKey(scatter) {
  const key = document.getElementById('scatter-key')
  const kinds = scatter ? verdictsIn(scatter) : []
  if (!key || key.dataset.kinds === kinds.join()) return
  key.dataset.kinds = kinds.join()
  key.replaceChildren(
    ...kinds.flatMap(kind => {
      const mark = document.createElement('span')
      mark.className = `key-dot verdict-${kind}`
      mark.setAttribute('aria-hidden', 'true')
      return [mark, `${words.verdicts[kind] ?? kind} `]
    }),
  )
}
