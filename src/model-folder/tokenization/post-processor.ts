import { isJsonObject, type JsonObject } from '../json-file.js'

/** Adds what the model wants around a text. */
export type PostProcessor = (ids: readonly number[]) => readonly number[]

/**
 * Builds a post-processor of tokenizer.json, for single texts.
 *
 * Source: tokenizers, processors/
 *
 * @param config `post_processor`; null for none
 * @throws Error for a type that isn't supported, by name
 */
export function buildPostProcessor(config: unknown): PostProcessor {
  if (!isJsonObject(config)) return ids => ids
  switch (config.type) {
    case 'Sequence': {
      const parts = (config.processors as readonly unknown[]).map(buildPostProcessor)
      return ids => parts.reduce((ids, process) => process(ids), ids)
    }
    case 'ByteLevel':
      return ids => ids
    case 'BertProcessing':
    case 'RobertaProcessing': {
      const [before, after] = [config.cls, config.sep].map(token => (token as [string, number])[1])
      return ids => [before!, ...ids, after!]
    }
    case 'TemplateProcessing':
      return template(config)
    default:
      throw new Error(`the post-processor ${JSON.stringify(config.type)} is not supported`)
  }
}

function template({ single, special_tokens: special }: JsonObject): PostProcessor {
  const specialIds = (name: string): readonly number[] => {
    const token = isJsonObject(special) ? special[name] : undefined
    if (!isJsonObject(token)) throw new Error(`the post-processor has no special token ${name}`)
    return token.ids as number[]
  }
  const parts = (single as readonly Readonly<Record<string, { readonly id: string }>>[]).map(
    part => (part.SpecialToken ? specialIds(part.SpecialToken.id) : null),
  )
  return ids => parts.flatMap(part => part ?? ids)
}
