import { chartOptions } from './theme.js'
import { fill, words } from './words.js'

/**
 * Training loss dashed, validation loss solid, a dot at the epoch that counts.
 *
 * @param {ReadonlyMap<number, any>} curves by trial
 * @param {ReadonlyMap<number, number>} picks color by trial
 * @param {import('./theme.js').Color} color
 */
export function curvesChart(curves, picks, color) {
  const datasets = [...picks].flatMap(([number, series]) => {
    const curve = curves.get(number)
    return curve ? curveLines(curve, color(`series-${series}`), color('surface')) : []
  })
  if (datasets.length === 0) return null
  return {
    type: 'line',
    data: { datasets },
    options: chartOptions(color, {
      x: {
        type: 'linear',
        min: 1,
        suggestedMax: 2,
        title: { text: words.epochAxis },
        ticks: { precision: 0 },
      },
      y: { title: { text: words.lossAxis } },
      label: item => {
        const text = `${item.dataset.label}: ${item.parsed.y.toFixed(4)}`
        return item.dataset.best === item.parsed.x ? fill(words.bestEpoch, text) : text
      },
      title: items => fill(words.epoch, items[0]?.parsed.x),
    }),
  }
}

/**
 * @param {any} curve
 * @param {string} line
 * @param {string} surface
 */
function curveLines({ number, epochs, bestEpoch }, line, surface) {
  const alone = epochs.length === 1
  const shared = {
    borderColor: line,
    borderWidth: 2,
    tension: 0.15,
    pointHoverRadius: 5,
    pointHitRadius: 8,
  }
  const validation = {
    ...shared,
    label: fill(words.validationOfTrial, number),
    data: points(epochs, 'valLoss'),
    best: bestEpoch,
    pointBackgroundColor: line,
    pointBorderColor: surface,
    pointBorderWidth: 2,
    pointRadius: (/** @type {any} */ { raw }) => (raw?.x === bestEpoch ? 6 : alone ? 4 : 0),
  }
  const training = {
    ...shared,
    label: fill(words.trainingOfTrial, number),
    data: points(epochs, 'loss'),
    borderDash: [5, 4],
    borderWidth: 1.5,
    pointBackgroundColor: line,
    pointRadius: alone ? 3 : 0,
  }
  return [validation, training]
}

/**
 * @param {any[]} epochs
 * @param {'loss' | 'valLoss'} which
 */
function points(epochs, which) {
  return epochs.map(epoch => ({ x: epoch.epoch, y: epoch[which] }))
}
