import { z } from 'zod'
import { studySchema } from '../../settings/schema.js'
import { kindSettings } from './settings.js'

/** Words that an editor can propose, by the setting's name: of samplers, of pruners. */
export type Suggestions = Readonly<Record<string, readonly string[]>>

/**
 * A JSON Schema (draft 7, which editors understand) of study.yaml: one schema a trial kind, with
 * the help of each setting as its description.
 */
export function studyJsonSchema(suggestions: Suggestions = {}): object {
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'study.yaml',
    description: 'What a study of tune trains and searches',
    anyOf: kindSettings.map(kind => {
      const schema = z.toJSONSchema(studySchema(kind), { io: 'input', target: 'draft-7' })
      for (const [name, examples] of Object.entries(suggestions)) {
        const property = schema.properties?.[name]
        if (typeof property === 'object') property.examples = [...examples]
      }
      const { $schema: _, ...plain } = schema
      return { ...plain, title: `study.yaml of ${kind.noun}` }
    }),
  }
}
