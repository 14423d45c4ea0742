import type { StudyStore } from '../../storage/store.js'
import type { DevicePool } from '../../trial/pool.js'
import type { Decision, DecisionInput } from '../decision/decide.js'
import type { Listener } from '../events.js'
import type { TrialContext } from '../trials/context.js'

export interface Session {
  readonly store: StudyStore
  readonly pool: DevicePool
  readonly on: Listener
  /** Aborted by Ctrl-C or `tune study stop`: running epochs end, nothing new starts. */
  readonly signal: AbortSignal
  /** Makes the decisions; in this thread when left out. */
  readonly decide?: (input: DecisionInput) => Promise<Decision>
}

/** A session whose trials run in the slots of a pool. */
export interface Search extends TrialContext {
  readonly pool: DevicePool
}
