import { chartOptions, logTick } from './theme.js'

/**
 * Validation loss against one parameter, in the colours of the verdicts.
 *
 * @param {{ label: string, scale: string, points: any[], ceiling: number | null }} scatter
 * @param {import('./theme.js').Colour} colour
 */
export function scatterChart({ label, scale, points, ceiling }, colour) {
  const clipped = (/** @type {any} */ { valLoss }) => ceiling !== null && valLoss > ceiling
  const log = scale === 'log'
  return {
    type: 'scatter',
    data: {
      datasets: [
        {
          data: points.map(point => ({ x: point.x, y: clipped(point) ? ceiling : point.valLoss, label: point.label })),
          pointRadius: 6,
          pointHoverRadius: 8,
          pointStyle: points.map(point => (clipped(point) ? 'triangle' : 'circle')),
          pointBackgroundColor: points.map(({ verdict }) => colour(`verdict-${verdict ?? 'none'}`)),
          pointBorderColor: colour('surface'),
          pointBorderWidth: 2,
        },
      ],
    },
    options: chartOptions(colour, {
      x: { type: log ? 'logarithmic' : 'linear', title: { text: log ? `${label}, log scale` : label }, ticks: log ? { callback: logTick, autoSkip: false, maxRotation: 0 } : {} },
      y: { title: { text: 'validation loss' }, ...(ceiling === null ? {} : { max: ceiling }) },
      label: item => item.raw.label,
    }),
  }
}

/**
 * @param {{ points: any[] }} scatter
 * @returns {string[]} verdicts among the points, each once
 */
export function verdictsIn({ points }) {
  return [...new Set(points.flatMap(({ verdict }) => (verdict === null ? [] : [verdict])))].sort()
}
