import { z } from 'zod'
import { studySchema } from '../../settings/schema.js'
import { strategyJsonSchema } from '../../settings/strategy-json-schema.js'
import { optional } from '../../util/optional.js'
import { kindSettings } from './settings.js'
import { STRATEGY_LISTS } from './strategies.js'

/**
 * The JSON Schema (draft 7, which editors understand) of study.yaml: one schema a trial kind, with
 * the help of each setting as its description, and strategies from their registries.
 */
export function definitionJsonSchema(): object {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'study.yaml',
    description: 'What a study of tune trains and searches',
    anyOf: kindSettings.map(kind => {
      const { properties, ...schema } = toJsonSchema(studySchema(kind))
      return {
        ...schema,
        title: `study.yaml of ${kind.noun}`,
        properties: { ...properties, ...strategyProperties(properties ?? {}) },
      }
    }),
  }
}

type Properties = NonNullable<z.core.JSONSchema.BaseSchema['properties']>

function strategyProperties(properties: Properties): Record<string, object> {
  return Object.fromEntries(
    STRATEGY_LISTS.map(({ key, words, registry }) => {
      const { description, default: value } = properties[key] as z.core.JSONSchema.BaseSchema
      const { strategies, acceptsObjects } = registry
      return [
        key,
        {
          ...strategyJsonSchema({ key, strategies, words, acceptsObjects }, toJsonSchema),
          description,
          ...optional({ default: value }),
          examples: [...words, ...registry.usages()],
        },
      ]
    }),
  )
}

function toJsonSchema(schema: z.ZodType): z.core.JSONSchema.BaseSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, { io: 'input', target: 'draft-7' })
  return json
}
