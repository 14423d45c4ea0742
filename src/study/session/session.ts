import { leadersOf } from '../../record/trial.js'
import type { StudyStore } from '../../storage/store.js'
import type { DevicePool } from '../../trial/pool.js'
import { costsOf, type Decision, type Standing } from '../decision/decide.js'
import type { Listener } from '../events.js'
import type { Mutex } from '../../util/mutex.js'

export interface Session {
  readonly store: StudyStore
  readonly pool: DevicePool
  readonly on: Listener
  /** Aborted by Ctrl-C or `tune study stop`: running epochs end, nothing new starts. */
  readonly signal: AbortSignal
  /** Makes the decisions; in this thread when left out. */
  readonly decide?: (standing: Standing) => Promise<Decision>
}

/** A session at work. */
export interface Search extends Session {
  /**
   * One piece of work at a time: while it is decided what comes next no trial ends, so that what a
   * decision knew is what the record says it knew.
   */
  readonly mutex: Mutex
}

/** What a decision now depends on. */
export function standingOf(store: Pick<StudyStore, 'document' | 'epochs'>): Standing {
  const { spec, trials, evidence = [] } = store.document
  const leaders = leadersOf(trials)
  return {
    spec,
    trials,
    evidence,
    curves: new Map(leaders.map(({ number }) => [number, costsOf(store.epochs(number), spec)])),
  }
}
