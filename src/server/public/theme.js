// The charts' colors come from the style sheet, which alone distinguishes light and dark.

/** @typedef {(name: string) => string} Color */

/** @returns {Color} value of a custom property, `color('ink')` */
export function readColors() {
  const style = getComputedStyle(document.documentElement)
  return name => style.getPropertyValue(`--${name}`).trim()
}

/** @param {() => void} listener called when the system changes between light and dark */
export function onThemeChange(listener) {
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', listener)
}

/**
 * Options that all charts share.
 *
 * @param {Color} color
 * @param {{ x: object, y: object, label: (item: any) => string, title?: (items: any[]) => string }}
 *   own
 * @returns {any}
 */
export function chartOptions(color, { x, y, label, title = () => '' }) {
  const axis = (/** @type {any} */ options) => ({
    ...options,
    border: { display: false },
    grid: { color: color('grid'), tickLength: 0, ...options.grid },
    ticks: { color: color('muted'), padding: 8, maxTicksLimit: 7, ...options.ticks },
    title: { display: true, color: color('muted'), ...options.title },
  })
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: false,
    font: { family: getComputedStyle(document.body).fontFamily },
    interaction: { mode: 'nearest', intersect: false },
    scales: { x: axis({ ...x, grid: { display: false } }), y: axis(y) },
    plugins: {
      legend: { display: false },
      tooltip: {
        backgroundColor: color('tooltip'),
        titleColor: color('tooltip-ink'),
        bodyColor: color('tooltip-ink'),
        padding: 10,
        cornerRadius: 8,
        displayColors: false,
        callbacks: { label, title },
      },
    },
  }
}

/** Narrower than this, a log axis has room for its decades alone. */
const ROOM_FOR_HALVES = 420

/**
 * A tick of a log axis: whole decades, and between them 2 and 5 where there is room.
 *
 * @this {{ chart: { width: number }, min: number, max: number }}
 * @param {number} value
 */
export function logTick(value) {
  const exponent = Math.floor(Math.log10(value) + 1e-9)
  const exact = value / 10 ** exponent
  const lead = Math.round(exact)
  const decadesOnly =
    this.chart.width < ROOM_FOR_HALVES * Math.max(1, Math.log10(this.max / this.min) / 3) &&
    this.max / this.min > 30
  if (Math.abs(exact - lead) > 1e-6 || !(decadesOnly ? [1] : [1, 2, 5]).includes(lead)) return ''
  return value < 0.01 || value >= 1e5 ? `${lead}e${exponent}` : String(Number(value.toPrecision(3)))
}
