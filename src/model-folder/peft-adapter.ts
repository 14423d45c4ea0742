import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { HostTensor, Named } from '../compile/program.js'
import type { LoraSpec } from '../settings/index.js'
import { writeSafetensors } from './safetensors.js'
import type { DecoderConfig } from '../decoder/config.js'
import { adapterShape, adapterSpecs, targetModules } from '../decoder/adapter/lora.js'

export interface NewAdapter {
  readonly config: DecoderConfig
  readonly lora: LoraSpec
  /** By layer, as `adapterSpecs` names them. */
  readonly weights: Named<HostTensor>
  /** Where the model that it belongs to came from. */
  readonly base: string
}

/** Under this name a PEFT model holds the model that it adapts. */
const PREFIX = 'base_model.model.'

/**
 * Writes an adapter as PEFT keeps it: `adapter_config.json` and `adapter_model.safetensors`, for
 * `PeftModel.from_pretrained(base, dir)`.
 */
export async function writePeftAdapter(
  dir: string,
  { config, lora, weights, base }: NewAdapter,
): Promise<void> {
  await mkdir(dir, { recursive: true })
  const shape = adapterShape(config, lora)
  const tensors = Object.keys(adapterSpecs(config, shape)).map(
    name => [PREFIX + name, weights[name]!] as const,
  )
  await writeSafetensors(join(dir, 'adapter_model.safetensors'), Object.fromEntries(tensors), {
    format: 'pt',
  })
  const described = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: base,
    r: lora.rank,
    lora_alpha: lora.alpha,
    lora_dropout: lora.dropout,
    use_rslora: lora.rslora,
    target_modules: targetModules(shape),
    bias: 'none',
    fan_in_fan_out: config.architecture === 'gpt2',
    init_lora_weights: true,
    inference_mode: true,
    modules_to_save: null,
  }
  await writeFile(join(dir, 'adapter_config.json'), `${JSON.stringify(described, null, 2)}\n`)
}
