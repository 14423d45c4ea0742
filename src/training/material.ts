import type { Engine, State } from '../compile/engine.js'
import type { HostTensor, Named } from '../compile/program.js'
import type { Method } from '../settings/index.js'
import type { Batch } from '../dataset/batches.js'
import type { Example } from '../dataset/example.js'
import type { DecoderConfig } from '../decoder/config.js'
import type { Runnables } from '../decoder/runnables.js'
import type { Scores } from './score/scores.js'
import type { Fitting } from './micro-batch.js'

/** What a training works on. */
export interface Material {
  readonly engine: Engine
  readonly runnables: Runnables
  readonly config: DecoderConfig
  /** Of the model as it was given. */
  readonly baseWeights: Named<HostTensor>
  /** The same, with the engine: what an adapter learns beside. */
  readonly state: State
  readonly train: readonly Example[]
  /** Lengths that batches are padded to. */
  readonly lengths: readonly number[]
  readonly validation: readonly Batch[]
  /** Trained tokens in them. */
  readonly validationTokens: number
  /** Validation loss of the model as it was given, nats per token. */
  readonly startValLoss: number
  /** What fits into memory at once; whole batches when left out. */
  readonly fitting?: (method: Method) => Fitting
  /** Scores of weights that have learned, where the study asks for them. */
  readonly score?: (weights: Named<HostTensor>) => Promise<Scores>
}
