import type { HostTensor, Named } from '../compile/program.js'
import type { LoraSpec } from '../settings/index.js'
import { mergeAdapter } from '../decoder/adapter/merge.js'
import type { DecoderConfig } from '../decoder/config.js'

/**
 * The whole model that a training has come to.
 *
 * @param given   the model's weights as they were
 * @param weights of what learned: all of the model's, or an adapter's
 */
export function tunedWeights(
  config: DecoderConfig,
  given: Named<HostTensor>,
  weights: Named<HostTensor>,
  adapter: LoraSpec | undefined,
): Named<HostTensor> {
  return adapter ? mergeAdapter(config, given, adapter, weights) : weights
}
