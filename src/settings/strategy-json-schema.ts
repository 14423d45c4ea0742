import type { z } from 'zod'
import { ownEntry } from './own-strategy.js'
import { settingSchema } from './schema.js'
import type { Strategy, StrategyOption } from './strategy.js'

type JsonSchema = Readonly<Record<string, unknown>>

/** What a strategy is chosen from, for its JSON Schema. */
export interface StrategyNames {
  /** Key of study.yaml. */
  readonly key: string
  readonly strategies: readonly Strategy[]
  /** Names that are no strategy and take no options. */
  readonly words: readonly string[]
  /** `own(…)` names an object of a program. */
  readonly acceptsObjects: boolean
}

/**
 * The JSON Schema of a strategy in study.yaml: a name, a name with options in parentheses, or an
 * object. Names of strategies are in any case, as the registry reads them.
 *
 * @param toJson JSON Schema of the value of an option
 */
export function strategyJsonSchema(
  { key, strategies, words, acceptsObjects }: StrategyNames,
  toJson: (schema: z.ZodType) => object,
): JsonSchema {
  const named = strategies.map(strategy => ({ strategy, name: inAnyCase(strategy.name) }))
  const own = acceptsObjects ? [{ strategy: ownEntry(key), name: 'own' }] : []
  const all = [...named, ...own]
  return {
    anyOf: [
      { enum: [...words, ...strategies.filter(isComplete).map(({ name }) => name)] },
      ...all.map(({ strategy, name }) => ({
        type: 'string',
        pattern: callPattern(strategy, name),
      })),
      ...words.map(word => objectSchema({ const: word }, [], toJson)),
      ...all.map(({ strategy, name }) => ({
        description: strategy.summary.en,
        ...objectSchema(
          { anyOf: [{ const: strategy.name }, { type: 'string', pattern: `^${name}$` }] },
          strategy.options,
          toJson,
        ),
      })),
    ],
  }
}

function objectSchema(
  name: JsonSchema,
  options: readonly StrategyOption[],
  toJson: (schema: z.ZodType) => object,
): JsonSchema {
  const properties = options.map(option => [
    option.name,
    { ...toJson(settingSchema(option)), description: option.help.en },
  ])
  return {
    type: 'object',
    properties: { name, ...Object.fromEntries(properties) },
    required: ['name', ...options.filter(isRequired).map(option => option.name)],
    additionalProperties: false,
  }
}

/** Whether a strategy can be named without options. */
function isComplete({ options }: Strategy): boolean {
  return !options.some(isRequired)
}

function isRequired({ default: value, defaultText }: StrategyOption): boolean {
  return value === undefined && defaultText === undefined
}

/** `median(2, peers=5)` as a regular expression: as many arguments as options, and their names. */
function callPattern(strategy: Strategy, name: string): string {
  const { options } = strategy
  if (options.length === 0) return `^\\s*${name}\\s*(\\(\\s*\\))?\\s*$`
  const names = options.map(option => option.name).join('|')
  const argument = `\\s*((${names})\\s*[=:]\\s*)?[^,=:()]+`
  const list = `${argument}(,${argument}){0,${options.length - 1}}`
  const call = isComplete(strategy) ? `(\\((\\s*|${list})\\))?` : `\\(${list}\\)`
  return `^\\s*${name}\\s*${call}\\s*$`
}

function inAnyCase(name: string): string {
  return name.replace(/[a-z]/gi, letter => `[${letter.toLowerCase()}${letter.toUpperCase()}]`)
}
