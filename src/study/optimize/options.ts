import type { Direction } from '../../record/study.js'
import type { Listener } from '../events.js'
import type { SearchSpace, SpaceParams } from './space.js'
import type { PrunerChoice, SamplerChoice } from '../chosen-strategies.js'
import type { ObjectiveTrial } from './trial.js'

export interface OptimizeOptions<S extends SearchSpace> {
  /** What is searched, by name: `float`, `int`, `choice`. */
  readonly space: S
  /**
   * Returns what is minimized (or maximized); or reports it epoch by epoch, and returns nothing. An
   * error that it throws fails the trial, not the search.
   */
  readonly objective: (
    trial: ObjectiveTrial<SpaceParams<S>>,
  ) => number | void | Promise<number | void>
  /** How many trials there may be in all, those of earlier calls under this name included. */
  readonly trials: number
  /** `minimize` when left out. */
  readonly direction?: Direction | undefined
  /** A name, a name with options, or a sampler of your own; `auto` when left out. */
  readonly sampler?: SamplerChoice | undefined
  /** Ends trials that lag behind others at the same epoch; none when left out. */
  readonly pruner?: PrunerChoice | undefined
  /** Calls of the objective at the same time; 1 when left out. */
  readonly slots?: number | undefined
  /** The same seed proposes the same configurations; 1 when left out. */
  readonly seed?: number | undefined
  /** Conditions on a configuration: `width * depth <= 64`. */
  readonly constraints?: readonly string[] | undefined
  /** Configurations that are tried first. */
  readonly initialPoints?: readonly SpaceParams<S>[] | undefined
  /** When `trial.shouldStop()` says so: `off` when left out, `verdict`, `patience(5)`. */
  readonly earlyStopping?: string | undefined
  /** Stores the search as a study of this name, and continues it if there is one. */
  readonly name?: string | undefined
  /** Folder of all studies; `./studies` when left out. */
  readonly studies?: string | undefined
  /** Ends the search in good order; objectives see it as `trial.signal`. */
  readonly signal?: AbortSignal | undefined
  readonly onEvent?: Listener | undefined
}
