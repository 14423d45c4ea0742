import type { Prune } from '../../record/trial.js'
import { figure } from '../../util/figure.js'
import { levelAt, levelWords } from './level.js'
import { above, shown, type StoppingPruner } from '../contract/pruner.js'

export interface PercentileOptions {
  /** Trials that have come to their end before anybody is judged by them. */
  readonly peers: number
  /** Epochs in which no trial is judged. */
  readonly warmup: number
}

/** Five finished trials as in Optuna; the first epochs say nothing of the end. */
export const PERCENTILE_DEFAULTS: PercentileOptions = { peers: 5, warmup: 2 }

/**
 * Gives up a trial whose lowest loss so far is above what a share of the finished trials had come
 * to by the same epoch.
 *
 * @param percent in (0, 100): 25 keeps what is among the best quarter
 *
 * Source: Golovin et al., "Google Vizier", KDD 2017, section 3.2.2, and Optuna's PercentilePruner.
 * It differs from both in that no value is a raw one and that a finished trial counts with its
 * lowest loss by that epoch, since trials are ranked by their best epochs.
 */
export function percentile(
  percent: number,
  options: PercentileOptions = PERCENTILE_DEFAULTS,
): StoppingPruner {
  return byPercentile(
    { kind: 'percentile', name: `percentile(${percent})`, words: `the ${percent}th percentile` },
    percent,
    options,
  )
}

/** The percentile of 50. */
export function medianPruner(options: PercentileOptions = PERCENTILE_DEFAULTS): StoppingPruner {
  return byPercentile({ kind: 'median', name: 'median', words: 'the median' }, 50, options)
}

function byPercentile(
  { kind, name, words }: { kind: Prune['kind']; name: string; words: string },
  percent: number,
  { peers: least, warmup }: PercentileOptions,
): StoppingPruner {
  return {
    kind: 'stopping',
    name,
    judge: (trial, peers, { maxEpochs, direction }) => {
      const epoch = trial.curve.length
      if (epoch <= warmup || epoch >= maxEpochs) return null
      const finished = peers
        .filter(({ number, state }) => state === 'complete' && number !== trial.number)
        .map(({ number, curve }) => ({
          number,
          epochs: Math.min(epoch, curve.length),
          level: levelAt(curve, epoch),
        }))
        .filter(({ level }) => Number.isFinite(level))
      if (finished.length < least) return null
      const threshold = percentileOf(
        finished.map(({ level }) => level),
        percent,
      )
      const value = levelAt(trial.curve, epoch)
      if (!Number.isFinite(value) || value <= threshold) return null
      const [own, theirs] = [shown(value, direction), shown(threshold, direction)]
      const reason = `its best by epoch ${epoch}, ${levelWords(value, epoch, direction)}, is ${above(direction)} ${figure(theirs)}, ${words} of what ${finished.length} finished trials had by then`
      return {
        kind,
        epoch,
        value: own,
        threshold: theirs,
        reason,
        peers: finished.map(({ number, epochs }) => ({ trial: number, epochs })),
      }
    },
  }
}

/**
 * With a line between the two nearest ranks. Source: Hyndman & Fan, "Sample quantiles in
 * statistical packages", American Statistician 1996, definition 7.
 */
function percentileOf(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (percent / 100) * (sorted.length - 1)
  const below = sorted[Math.floor(at)]!
  return below + (sorted[Math.ceil(at)]! - below) * (at - Math.floor(at))
}
