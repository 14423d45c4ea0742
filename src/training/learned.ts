import type { HostTensor, Named } from '../compile/program.js'
import type { LoraSpec } from '../settings/index.js'
import { mergeAdapter } from '../decoder/adapter/merge.js'
import type { DecoderConfig } from '../decoder/config.js'

/**
 * The whole model that a training has come to.
 *
 * @param baseWeights   the model's weights as they were
 * @param weights of what learned: all of the model's, or an adapter's
 */
export function tunedWeights(
  config: DecoderConfig,
  baseWeights: Named<HostTensor>,
  weights: Named<HostTensor>,
  adapter: LoraSpec | undefined,
): Named<HostTensor> {
  return adapter ? mergeAdapter(config, baseWeights, adapter, weights) : weights
}
