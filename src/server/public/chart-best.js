import { chartOptions } from './theme.js'

/**
 * The lowest validation loss so far as a staircase, and every trial as a point.
 *
 * @param {{ points: any[], ceiling: number | null }} best
 * @param {import('./theme.js').Colour} colour
 */
export function bestChart({ points, ceiling }, colour) {
  if (points.length === 0) return null
  const height = (/** @type {number} */ loss) => (ceiling === null ? loss : Math.min(loss, ceiling))
  const steps = points.map(point => ({ x: point.number, y: height(point.best) }))
  const last = points.at(-1)
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
            point.incumbent ? colour('accent') : colour('surface'),
          ),
          pointBorderColor: points.map(point =>
            point.incumbent ? colour('surface') : colour('muted'),
          ),
          pointBorderWidth: 2,
        },
        {
          data: steps,
          stepped: 'before',
          borderColor: colour('accent'),
          borderWidth: 2,
          pointRadius: 0,
          pointHitRadius: 0,
          label: 'best',
          step: last.best,
        },
      ],
    },
    options: chartOptions(colour, {
      x: { type: 'linear', title: { text: 'trial' }, ticks: { precision: 0 } },
      y: { title: { text: 'validation loss' }, ...(ceiling === null ? {} : { max: ceiling }) },
      label: item => item.raw.label ?? `Best so far: ${item.parsed.y.toFixed(4)}`,
    }),
  }
}
