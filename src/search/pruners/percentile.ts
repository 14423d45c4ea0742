import type { Curve } from '../../record/curve.js'
import type { Prune } from '../../record/trial.js'
import { defineStrategy } from '../../settings/define-strategy.js'
import { figure } from '../../util/figure.js'
import type { PruneRequest, StoppingPruner } from '../contract/pruner.js'
import { inDirection, levelAt, levelText, worse } from './level.js'

// Five finished trials as in Optuna; the first epochs show little of the end.
const peers = {
  name: 'peers',
  type: 'int',
  min: 1,
  max: Number.MAX_SAFE_INTEGER,
  default: 5,
  help: {
    en: 'complete trials needed before any trial is judged',
    zh: '至少有多少个试验完成后才开始剪枝',
  },
} as const
const warmupEpochs = {
  name: 'warmupEpochs',
  type: 'int',
  min: 0,
  max: Number.MAX_SAFE_INTEGER,
  default: 2,
  unit: 'epochs',
  help: { en: 'first epochs in which no trial is judged', zh: '开头多少个 epoch 内不剪枝' },
} as const

interface PercentileOptions {
  readonly peers: number
  readonly warmupEpochs: number
}

/**
 * Prunes a trial whose lowest loss so far is above a percentile of what the complete trials had
 * reached by the same epoch. `percentile({ percent: 25 })` keeps trials among the best quarter.
 *
 * Source: Golovin et al., "Google Vizier", KDD 2017, section 3.2.2, and Optuna's PercentilePruner.
 * It differs from both in two ways. No value is a raw one. A complete trial counts with its lowest
 * loss by that epoch, since trials are ranked by their best epochs.
 *
 * @example
 * await optimize({
 *   space: { x: float(-3, 3) },
 *   trials: 6,
 *   pruner: percentile({ percent: 25, peers: 2 }),
 *   objective: trial => {
 *     for (let epoch = 1; epoch <= 5; epoch++) {
 *       trial.report(epoch, trial.params.x ** 2 / epoch)
 *       if (trial.shouldPrune()) trial.prune()
 *     }
 *   },
 * })
 */
export const percentile = defineStrategy({
  name: 'percentile',
  summary: {
    en: 'prunes a trial that is worse than a percentile of the complete trials at its epoch',
    zh: '若试验在当前 epoch 差于已完成试验的某个百分位数，则剪枝',
  },
  options: [
    {
      name: 'percent',
      type: 'float',
      min: 0,
      max: 100,
      exclusiveMin: true,
      exclusiveMax: true,
      help: { en: 'share of trials that continue, in percent', zh: '保留的试验比例（百分比）' },
    },
    peers,
    warmupEpochs,
  ],
  create: ({ percent, ...options }): StoppingPruner => ({
    name: `percentile(${percent})`,
    judge: (trial, curves, request) => {
      const text = `the ${percent}th percentile`
      return judge(trial, curves, request, { kind: 'percentile', percent, text, ...options })
    },
  }),
})

/**
 * As `percentile` with 50 percent.
 *
 * @example
 * await optimize({
 *   space: { x: float(-3, 3) },
 *   trials: 6,
 *   pruner: median({ peers: 2, warmupEpochs: 1 }),
 *   objective: trial => {
 *     for (let epoch = 1; epoch <= 5; epoch++) {
 *       trial.report(epoch, trial.params.x ** 2 / epoch)
 *       if (trial.shouldPrune()) trial.prune()
 *     }
 *   },
 * })
 */
export const median = defineStrategy({
  name: 'median',
  summary: {
    en: 'prunes a trial that is worse than the median of the complete trials at its epoch',
    zh: '若试验在当前 epoch 差于已完成试验的中位数，则剪枝',
  },
  options: [peers, warmupEpochs],
  create: (options): StoppingPruner => ({
    name: 'median',
    judge: (trial, curves, request) =>
      judge(trial, curves, request, {
        kind: 'median',
        percent: 50,
        text: 'the median',
        ...options,
      }),
  }),
})

interface Criterion extends PercentileOptions {
  readonly kind: Prune['kind']
  readonly percent: number
  readonly text: string
}

function judge(
  { trial, losses }: Curve,
  curves: readonly Curve[],
  { maxEpochs, direction }: PruneRequest,
  { kind, percent, text, peers, warmupEpochs }: Criterion,
): Prune | null {
  const epoch = losses.length
  if (epoch <= warmupEpochs || epoch >= maxEpochs) return null
  const complete = curves
    .filter(peer => peer.state === 'complete' && peer.trial !== trial)
    .map(peer => ({
      trial: peer.trial,
      epochs: Math.min(epoch, peer.losses.length),
      level: levelAt(peer.losses, epoch),
    }))
    .filter(({ level }) => Number.isFinite(level))
  if (complete.length < peers) return null
  const threshold = quantile(
    complete.map(({ level }) => level),
    percent,
  )
  const level = levelAt(losses, epoch)
  if (!Number.isFinite(level) || level <= threshold) return null
  const shownThreshold = inDirection(threshold, direction)
  return {
    kind,
    epoch,
    value: inDirection(level, direction),
    threshold: shownThreshold,
    reason:
      `its best by epoch ${epoch}, ${levelText(level, epoch, direction)}, ` +
      `is ${worse(direction)} ${figure(shownThreshold)}, ` +
      `${text} of what ${complete.length} finished trials had by then`,
    peers: complete.map(({ trial, epochs }) => ({ trial, epochs })),
  }
}

/**
 * With a line between the two nearest ranks. Source: Hyndman & Fan, "Sample quantiles in
 * statistical packages", American Statistician 1996, definition 7.
 */
function quantile(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (percent / 100) * (sorted.length - 1)
  const below = sorted[Math.floor(at)]!
  return below + (sorted[Math.ceil(at)]! - below) * (at - Math.floor(at))
}
