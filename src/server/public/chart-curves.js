import { chartOptions } from './theme.js'

/**
 * Training loss dashed, validation loss solid, the epoch that counts as a dot.
 *
 * @param {ReadonlyMap<number, any>} curves by trial
 * @param {ReadonlyMap<number, number>} picks colour by trial
 * @param {import('./theme.js').Colour} colour
 */
export function curvesChart(curves, picks, colour) {
  const datasets = [...picks].flatMap(([number, series]) => {
    const curve = curves.get(number)
    return curve ? linesOf(curve, colour(`series-${series}`), colour('surface')) : []
  })
  if (datasets.length === 0) return null
  return {
    type: 'line',
    data: { datasets },
    options: chartOptions(colour, {
      x: {
        type: 'linear',
        min: 1,
        suggestedMax: 2,
        title: { text: 'epoch' },
        ticks: { precision: 0 },
      },
      y: { title: { text: 'loss, nats per token' } },
      label: item =>
        `${item.dataset.label}: ${item.parsed.y.toFixed(4)}${item.dataset.best === item.parsed.x ? ' (the epoch that counts)' : ''}`,
      title: items => `Epoch ${items[0]?.parsed.x}`,
    }),
  }
}

/**
 * @param {any} curve
 * @param {string} line
 * @param {string} surface
 */
function linesOf({ number, epochs, bestEpoch }, line, surface) {
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
    label: `Trial ${number} validation`,
    data: points(epochs, 'valLoss'),
    best: bestEpoch,
    pointBackgroundColor: line,
    pointBorderColor: surface,
    pointBorderWidth: 2,
    pointRadius: (/** @type {any} */ { raw }) => (raw?.x === bestEpoch ? 6 : alone ? 4 : 0),
  }
  const training = {
    ...shared,
    label: `Trial ${number} training`,
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
