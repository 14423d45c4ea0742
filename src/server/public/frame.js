/** chart.js, which its script put there. */
const { Chart } = /** @type {{ Chart: typeof import('chart.js').Chart }} */ (
  /** @type {unknown} */ (globalThis)
)

/**
 * Keeps one chart in its frame: made when there is first something to draw, and from then on
 * updated in place.
 *
 * @param {string} canvasId
 * @param {string} emptyId element shown as long as there is nothing to draw
 */
export function createFrame(canvasId, emptyId) {
  const canvas = /** @type {HTMLCanvasElement} */ (document.getElementById(canvasId))
  const empty = /** @type {HTMLElement} */ (document.getElementById(emptyId))
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
