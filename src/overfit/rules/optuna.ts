import { min } from '../../math/statistics.js'
import type { Rule } from './rule.js'

/**
 * `optuna.pruners.PatientPruner(None, patience, min_delta)` of a study that minimises, asked after
 * every epoch.
 *
 * It compares the best of the last `patience` + 1 epochs with the best before them, so it takes one
 * epoch longer than `patience`.
 *
 * Source: Optuna 5, optuna/pruners/_patient.py.
 */
export function optunaPatience(patience: number, minDelta = 0): Rule {
  return ({ validation }) => {
    if (validation.length <= patience + 1) return null
    const before = min(validation.slice(0, -patience - 1))
    const after = min(validation.slice(-patience - 1))
    return before + minDelta < after
      ? `the best of the last ${patience + 1} epochs, ${after}, is above the ${before} before them`
      : null
  }
}
