import { min } from '../../math/statistics.js'
import { defineStrategy } from '../../settings/define-strategy.js'
import { minDelta, validationLosses, type Rule } from './rule.js'

/**
 * `optuna.pruners.PatientPruner(None, patience, min_delta)` of a study that minimizes, called after
 * every epoch.
 *
 * It compares the best of the last `patience` + 1 epochs with the best before them, so it takes one
 * epoch longer than `patience`.
 *
 * Source: Optuna 5, optuna/pruners/_patient.py.
 */
export const optunaPatience = defineStrategy({
  name: 'optuna',
  summary: { en: "Optuna's PatientPruner, epoch for epoch", zh: '与 Optuna 的 PatientPruner 一致' },
  options: [
    {
      name: 'patience',
      type: 'int',
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      unit: 'epochs',
      help: { en: 'epochs without an improvement', zh: '没有改善的 epoch 数' },
    },
    minDelta,
  ],
  create:
    ({ patience, minDelta }): Rule =>
    epochs => {
      const validation = validationLosses(epochs)
      if (validation.length <= patience + 1) return null
      const before = min(validation.slice(0, -patience - 1))
      const after = min(validation.slice(-patience - 1))
      return before + minDelta < after
        ? `the best of the last ${patience + 1} epochs, ${after}, ` +
            `is above the ${before} before them`
        : null
    },
})
