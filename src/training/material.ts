import type { Engine, State } from '../compile/engine.js'
import type { HostTensor, Named } from '../compile/program.js'
import type { Method } from '../settings/index.js'
import type { Batch } from '../dataset/batches.js'
import type { Example } from '../dataset/example.js'
import type { DecoderConfig } from '../decoder/config.js'
import type { Runnables } from '../decoder/runnables.js'
import type { Scores } from './score/scores.js'
import type { Fitting } from './micro-batch.js'

/** What a training needs besides its job. */
export interface Material {
  readonly engine: Engine
  readonly runnables: Runnables
  readonly config: DecoderConfig
  /** Of the model before the training. */
  readonly baseWeights: Named<HostTensor>
  /** The same, on the engine: frozen while an adapter is trained. */
  readonly state: State
  readonly train: readonly Example[]
  /** Lengths that batches are padded to. */
  readonly lengths: readonly number[]
  readonly validation: readonly Batch[]
  /** Trained tokens in them. */
  readonly validationTokens: number
  /** Validation loss of the model before the training, nats per token. */
  readonly startValLoss: number
  /** How many rows fit into memory at once; whole batches by default. */
  readonly fitting?: (method: Method) => Fitting
  /** Scores of trained weights, if the study's objective needs them. */
  readonly score?: (weights: Named<HostTensor>) => Promise<Scores>
}
