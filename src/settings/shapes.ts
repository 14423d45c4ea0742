import { z } from 'zod'
import type { Shape } from './setting.js'
import { argumentText } from './strategy-syntax.js'
import { MEASURES } from './table/study.js'

const number = z.union([z.string(), z.number()])
const choice = z.union([z.string(), z.number(), z.boolean()])

/** What data are named by: a file, a folder, a pattern, a name on a hub; or several. */
const sources = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)])

/** Under which values of another parameter one is searched. */
const when = z.record(z.string(), z.union([choice, z.array(choice)])).optional()
const bounds = {
  low: z.number(),
  high: z.number(),
  scale: z.enum(['linear', 'log']).optional(),
}
const step = z.number().gt(0).optional()

/** A parameter of a fine-tuning: `1e-5..1e-2`, `4,8,16`, a list, or an object with bounds. */
const parameter = z.union([
  z.string(),
  z.number(),
  z.array(number),
  z.strictObject({ ...bounds, step, when }),
  z.strictObject({ choices: z.array(number).min(1), when }),
])

/** A parameter of training of the user's own: its values may be truth values, its type is free. */
const ownParameter = z.union([
  choice,
  z.array(choice),
  z.strictObject({ ...bounds, kind: z.enum(['int', 'float']).optional(), step, when }),
  z.strictObject({ choices: z.array(choice).min(1), when }),
])

/** `median(peers=2)`, or an object with the same meaning, which becomes that text. */
const strategyCall = z
  .union([z.string(), z.object({ name: z.string() }).catchall(choice)])
  .transform(input => (typeof input === 'string' ? input : callText(input)))

function callText({ name, ...options }: { readonly name: string }): string {
  const args = Object.entries(options).map(([option, value]) => `${option}=${argumentText(value)}`)
  return args.length > 0 ? `${name}(${args.join(', ')})` : name
}

const COLUMN_ROLES = ['prompt', 'input', 'answer', 'system', 'history', 'messages', 'text'] as const

/** Schemas of the values that have a shape of their own, as study.yaml has them. */
export const shapes = {
  command: z.union([z.string(), z.array(z.string())]),
  columns: z.partialRecord(z.enum(COLUMN_ROLES), z.string().min(1)),
  names: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]),
  objectives: z.tuple([z.enum(MEASURES), z.enum(MEASURES)]),
  parameters: z.record(z.string(), ownParameter),
  point: z.record(z.string(), choice),
  points: z.array(z.record(z.string(), choice)),
  pruner: strategyCall,
  rule: strategyCall,
  sources,
  space: z.record(z.string(), parameter),
  strategy: z.union([z.string(), z.looseObject({ name: z.string() })]),
  true: z.literal(true),
  test: z.union([z.number().min(0).lt(1), sources]),
} satisfies Record<Exclude<Shape, 'training'>, z.ZodType>

/** A parameter of a fine-tuning, as people write it. */
export type ParameterInput = z.input<typeof parameter>
/** A parameter of training of the user's own, as people write it. */
export type OwnParameterInput = z.input<typeof ownParameter>
