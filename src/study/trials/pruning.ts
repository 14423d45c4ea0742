import type { EpochMetrics } from '../../record/metric.js'
import type { Prune } from '../../record/trial.js'
import { isPromoting } from '../../search/contract/pruner.js'
import { objectiveLosses, pruneRequest, trainingCurves } from '../decision/decide.js'
import { prunerIn } from '../decision/strategies.js'
import { decisionInput, type TrialContext } from './context.js'

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
  if (spec.pruner === undefined) return null
  const pruner = prunerIn(spec.pruner, strategies)
  if (isPromoting(pruner)) return null
  const { basis, params } = trials[number]!
  const finished = new Set(basis.finished)
  return history => {
    if (history.length === 0) return null
    const input = decisionInput(store)
    return pruner.judge(
      { trial: number, params, state: 'running', losses: objectiveLosses(history, input.spec) },
      trainingCurves(input).filter(peer => finished.has(peer.trial)),
      pruneRequest(input, Number(params['epochs'] ?? Number.MAX_SAFE_INTEGER)),
    )
  }
}
