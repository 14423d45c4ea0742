import { UserError } from '../errors.js'
import type { ConfigFile } from './config-file.js'

/** Architectures by the `model_type` of config.json, from which transformers chooses the class. */
const ARCHITECTURES = {
  llama: 'LlamaForCausalLM',
  mistral: 'MistralForCausalLM',
  qwen2: 'Qwen2ForCausalLM',
  qwen3: 'Qwen3ForCausalLM',
  smollm3: 'SmolLM3ForCausalLM',
  gpt2: 'GPT2LMHeadModel',
} as const

export type Architecture = (typeof ARCHITECTURES)[keyof typeof ARCHITECTURES]

const NAMES: readonly Architecture[] = Object.values(ARCHITECTURES)

export const OWN_PROGRAM =
  'have a program of your own train it: `command` in place of `model` in study.yaml'

/** A model with a head for another task: `LlamaForSequenceClassification`. */
const OTHER_TASK = /For(?![Cc]ausal[Ll][Mm])[A-Z]/
const DECODER_NAME = /(ForCausalLM|LMHeadModel|Model)$/i

/**
 * The architecture that config.json asks for. As in transformers, `model_type` decides, however
 * `architectures` is spelled; without it the name alone, in any case of letters.
 *
 * @throws UserError for another one, by name
 */
export function readArchitecture(file: ConfigFile): Architecture {
  const { path, value: config } = file
  const [name] = [config.architectures].flat().filter(name => typeof name === 'string')
  const type = typeof config.model_type === 'string' ? config.model_type : undefined
  if (name === undefined && type === undefined)
    throw new UserError(path, 'names no architecture', 'Use a model folder in Hugging Face layout')
  const architecture = type === undefined ? byName(name!) : byType(type)
  if (architecture === undefined) {
    const field = name === undefined ? 'model_type' : 'architectures'
    throw refusal(file, field, `a ${name ?? type}${typeNote(name, type)}`)
  }
  if (name !== undefined && !isDecoder(name, architecture))
    throw refusal(file, 'architectures', `a ${name}`)
  return architecture
}

/** However it is spelled: `LLaMAForCausalLM`, `LlamaModel`, `MyLlama`. */
function isDecoder(name: string, architecture: Architecture): boolean {
  const isNamed = DECODER_NAME.test(name) || name.toLowerCase().includes(stem(architecture))
  return isNamed && !OTHER_TASK.test(name)
}

function byType(type: string): Architecture | undefined {
  const key = type.toLowerCase()
  return Object.hasOwn(ARCHITECTURES, key)
    ? ARCHITECTURES[key as keyof typeof ARCHITECTURES]
    : undefined
}

function byName(name: string): Architecture | undefined {
  return NAMES.find(architecture => stem(architecture) === stem(name))
}

function stem(name: string): string {
  return name.toLowerCase().replace(/(forcausallm|lmheadmodel|model)$/, '')
}

/** The type is named only if the architecture's name alone would be supported. */
function typeNote(name: string | undefined, type: string | undefined): string {
  return name !== undefined && type !== undefined && byName(name) !== undefined
    ? ` of model_type ${JSON.stringify(type)}`
    : ''
}

function refusal(file: ConfigFile, field: string, description: string): UserError {
  return new UserError(
    file.at(field),
    `the model is ${description}, which is not supported`,
    `Use a model of ${NAMES.slice(0, -1).join(', ')} or ${NAMES.at(-1)}, or ${OWN_PROGRAM}`,
  )
}
