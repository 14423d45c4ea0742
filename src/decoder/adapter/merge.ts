import type { HostTensor, Named } from '../../compile/program.js'
import type { LoraSpec } from '../../settings/index.js'
import type { DecoderConfig } from '../config.js'
import { isInOut } from '../layers.js'
import { adapterScale, adapterShape } from './lora.js'

/**
 * The model's weights with the adapter's products added: W + s · B A, in the notation of
 * `loraLayers`. Sums are taken in double precision.
 */
export function mergeAdapter(
  config: DecoderConfig,
  weights: Named<HostTensor>,
  lora: LoraSpec,
  adapter: Named<HostTensor>,
): Record<string, HostTensor> {
  const scale = adapterScale(lora)
  const merged: Record<string, HostTensor> = { ...weights }
  for (const layer of adapterShape(config, lora).layers) {
    const name = `${layer}.weight`
    const [weight, a, b] = [
      weights[name]!,
      adapter[`${layer}.lora_A.weight`]!,
      adapter[`${layer}.lora_B.weight`]!,
    ]
    const [rank, inputs] = a.shape as [number, number]
    const outputs = b.shape[0]!
    const data = new Float32Array(weight.data.length)
    const row = new Float64Array(inputs)
    for (let o = 0; o < outputs; o++) {
      row.fill(0)
      for (let r = 0; r < rank; r++) {
        const factor = scale * b.data[o * rank + r]!
        for (let i = 0; i < inputs; i++) row[i]! += factor * a.data[r * inputs + i]!
      }
      for (let i = 0; i < inputs; i++) {
        const at = isInOut(config, layer) ? i * outputs + o : o * inputs + i
        data[at] = weight.data[at]! + row[i]!
      }
    }
    merged[name] = { ...weight, data }
  }
  return merged
}
