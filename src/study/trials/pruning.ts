import type { EpochMetrics } from '../../record/metric.js'
import type { Prune } from '../../record/trial.js'
import { prunerNamed } from '../../search/pruners/index.js'
import { costsOf, prunedCurves, prunerFacts } from '../decision/decide.js'
import { standingOf, type TrialContext } from './context.js'

/**
 * The study's pruner on one trial; null where the study has none that stops trials. Its peers are
 * the trials that had finished when this one began: compared with those that finish while it runs,
 * its fate would depend on the clock.
 */
export function prunerDecision(
  { store, strategies }: Pick<TrialContext, 'store' | 'strategies'>,
  number: number,
): ((history: readonly EpochMetrics[]) => Prune | null) | null {
  const { spec, trials } = store.document
  const pruner = strategies?.pruner ?? (spec.pruner === undefined ? null : prunerNamed(spec.pruner))
  if (pruner?.kind !== 'stopping') return null
  const { basis, params } = trials[number]!
  const finished = new Set(basis.finished)
  return history => {
    if (history.length === 0) return null
    const standing = standingOf(store)
    return pruner.judge(
      { number, state: 'running', curve: costsOf(history, standing.spec) },
      prunedCurves(standing).filter(peer => finished.has(peer.number)),
      prunerFacts(standing, Number(params['epochs'] ?? Number.MAX_SAFE_INTEGER)),
    )
  }
}
