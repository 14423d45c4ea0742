import { chartOptions } from './theme.js'
import { fill, words } from './words.js'

/**
 * The lowest validation loss so far as a staircase, and every trial as a point.
 *
 * @param {{ points: any[], ceiling: number | null }} best
 * @param {import('./theme.js').Color} color
 */
export function bestChart({ points, ceiling }, color) {
  if (points.length === 0) return null
  const height = (/** @type {number} */ loss) => (ceiling === null ? loss : Math.min(loss, ceiling))
  const steps = points.map(point => ({ x: point.number, y: height(point.best) }))
  return {
    type: 'line',
    data: {
      datasets: [
        {
          data: points.map(point => ({
            x: point.number,
            y: height(point.valLoss),
            label: point.label,
          })),
          showLine: false,
          pointRadius: 5,
          pointHoverRadius: 7,
          pointStyle: points.map(point =>
            height(point.valLoss) < point.valLoss ? 'triangle' : 'circle',
          ),
          pointBackgroundColor: points.map(point =>
            point.isBest ? color('accent') : color('surface'),
          ),
          pointBorderColor: points.map(point => (point.isBest ? color('surface') : color('muted'))),
          pointBorderWidth: 2,
        },
        {
          data: steps,
          stepped: 'before',
          borderColor: color('accent'),
          borderWidth: 2,
          pointRadius: 0,
          pointHitRadius: 0,
        },
      ],
    },
    options: chartOptions(color, {
      x: { type: 'linear', title: { text: words.trialAxis }, ticks: { precision: 0 } },
      y: { title: { text: words.validationLoss }, ...(ceiling === null ? {} : { max: ceiling }) },
      label: item => item.raw.label ?? fill(words.bestSoFar, item.parsed.y.toFixed(4)),
    }),
  }
}
