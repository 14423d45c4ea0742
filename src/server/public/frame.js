/** The global of chart.js's script. */
const { Chart } = /** @type {{ Chart: typeof import('chart.js').Chart }} */ (
  /** @type {unknown} */ (globalThis)
)

/**
 * Keeps one chart in its frame: it creates the chart with the first data, and updates it in place.
 *
 * @param {string} id of the canvas; `ID-empty` is shown while there is nothing to draw
 */
export function createFrame(id) {
  const canvas = /** @type {HTMLCanvasElement} */ (document.getElementById(id))
  const empty = /** @type {HTMLElement} */ (document.getElementById(`${id}-empty`))
  /** @type {any} */
  let chart = null
  return {
    /** @param {any} config a chart.js configuration; null for nothing to draw */
    draw(config) {
      empty.hidden = config !== null
      canvas.hidden = config === null
      if (config === null) {
        chart?.destroy()
        chart = null
      } else if (chart) {
        chart.data = config.data
        chart.options = config.options
        chart.update('none')
      } else {
        chart = new Chart(canvas, config)
      }
    },
  }
}

/**
 * @param {string} id
 * @param {string} words
 */
export function setWords(id, words) {
  const element = document.getElementById(id)
  if (element && element.textContent !== words) element.textContent = words
}
