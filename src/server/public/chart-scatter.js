import { chartOptions, logTick } from './theme.js'
import { fill, words } from './words.js'

/**
 * Validation loss against one parameter, or one objective against the other with their front, in
 * the colors of the verdicts.
 *
 * @param {{ label: string, yLabel: string, front: { x: number, y: number }[], scale: string,
 *   points: any[], ceiling: number | null }} scatter
 * @param {import('./theme.js').Color} color
 */
export function scatterChart({ label, yLabel, front, scale, points, ceiling }, color) {
  const clipped = (/** @type {any} */ { y }) => ceiling !== null && y > ceiling
  const log = scale === 'log'
  return {
    type: 'scatter',
    data: {
      datasets: [
        {
          data: points.map(point => ({
            x: point.x,
            y: clipped(point) ? ceiling : point.y,
            label: point.label,
          })),
          pointRadius: 6,
          pointHoverRadius: 8,
          pointStyle: points.map(point => (clipped(point) ? 'triangle' : 'circle')),
          pointBackgroundColor: points.map(({ verdict }) => color(`verdict-${verdict ?? 'none'}`)),
          pointBorderColor: color('surface'),
          pointBorderWidth: 2,
        },
        ...(front.length > 1
          ? [
              {
                type: 'line',
                data: front,
                pointRadius: 0,
                pointHitRadius: 0,
                borderColor: color('accent'),
                borderWidth: 1.5,
              },
            ]
          : []),
      ],
    },
    options: chartOptions(color, {
      x: {
        type: log ? 'logarithmic' : 'linear',
        title: { text: log ? fill(words.logScale, label) : label },
        ticks: log ? { callback: logTick, autoSkip: false, maxRotation: 0 } : {},
      },
      y: { title: { text: yLabel }, ...(ceiling === null ? {} : { max: ceiling }) },
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
