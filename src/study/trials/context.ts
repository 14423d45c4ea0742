import type { EpochMetrics } from '../../record/metric.js'
import type { StudySpec } from '../../record/study.js'
import { leadingTrials } from '../../record/trial.js'
import type { StudyStore } from '../../storage/store.js'
import { objectiveLosses, type Decision, type DecisionInput } from '../decision/decide.js'
import type { Strategies } from '../decision/strategies.js'
import type { Listener } from '../events.js'
import type { Mutex } from '../../util/mutex.js'

/** What it takes to decide which trial comes next and to record what becomes of it. */
export interface TrialContext {
  readonly store: StudyStore
  readonly on: Listener
  /** Aborted by Ctrl-C or `tune study stop`: running epochs end, nothing new starts. */
  readonly signal: AbortSignal
  /**
   * Held while it is decided what comes next and while a trial ends, so that what a decision
   * depends on is what the record has.
   */
  readonly mutex: Mutex
  /** Makes the decisions; in this thread when left out. */
  readonly decide?: (input: DecisionInput) => Promise<Decision>
  /** Objects of the caller that the study names. */
  readonly strategies?: Strategies
}

/** What a decision now depends on. */
export function decisionInput(store: Pick<StudyStore, 'document' | 'epochs'>): DecisionInput {
  const { spec, trials, evidence = [] } = store.document
  const leaders = leadingTrials(trials)
  return {
    spec,
    trials,
    evidence,
    losses: new Map(leaders.map(({ number }) => [number, studyLosses(store.epochs(number), spec)])),
  }
}

/** By the epochs of a trial, an array that belongs to one study and never changes. */
const lossesByEpochs = new WeakMap<readonly EpochMetrics[], readonly number[]>()

/** As `objectiveLosses`; the same array for the same epochs. */
function studyLosses(epochs: readonly EpochMetrics[], spec: StudySpec): readonly number[] {
  const losses = lossesByEpochs.get(epochs) ?? objectiveLosses(epochs, spec)
  lossesByEpochs.set(epochs, losses)
  return losses
}
