import { unreachable, UserError } from '../errors.js'
import type { NumberSetting, Setting, Shape } from './setting.js'

/** Whether a number lies within the bounds of its setting. */
export function withinBounds(
  { type, min, max, exclusiveMin, exclusiveMax }: NumberSetting,
  value: number,
): boolean {
  if (type === 'int' && !Number.isSafeInteger(value)) return false
  const above = exclusiveMin ? value > min : value >= min
  const below = exclusiveMax ? value < max : value <= max
  return above && below
}

/** The bounds in words: `1 to 65536`, `above 0, at most 1`, `0 to below 1`, `at least 0`. */
export function boundsText({ min, max, exclusiveMin, exclusiveMax }: NumberSetting): string {
  if (min <= -Number.MAX_VALUE && max >= Number.MAX_VALUE) return 'any'
  if (max >= Number.MAX_SAFE_INTEGER) return `${exclusiveMin ? 'above' : 'at least'} ${min}`
  if (exclusiveMin) return `above ${min}, ${exclusiveMax ? 'below' : 'at most'} ${max}`
  return exclusiveMax ? `${min} to below ${max}` : `${min} to ${max}`
}

/** What a value of the setting must be, after "Give": `a whole number, 1 to 65536`. */
export function expectedValue(setting: Setting): string {
  switch (setting.type) {
    case 'int':
      return `a whole number, ${boundsText(setting)}`
    case 'float':
      return `a number, ${boundsText(setting)}`
    case 'boolean':
      return 'true or false'
    case 'choice':
      return `one of ${setting.choices.join(', ')}`
    case 'string':
      return 'a text that is not empty'
    case 'list':
      return 'a list of texts, such as [a, b]'
    case 'custom':
      return SHAPES[setting.shape]
    default:
      return unreachable(setting)
  }
}

/**
 * Checks a single value of a setting: a number, a word or a truth value.
 *
 * @param at what the error begins with
 * @throws UserError if it is missing or outside the bounds
 */
export function checkValue(setting: Setting, value: unknown, at: string): void {
  const fits =
    setting.type === 'int' || setting.type === 'float'
      ? typeof value === 'number' && withinBounds(setting, value)
      : setting.type === 'choice'
        ? setting.choices.includes(value as string)
        : setting.type === 'boolean'
          ? typeof value === 'boolean'
          : value !== undefined
  if (fits) return
  throw new UserError(
    at,
    value === undefined ? 'is missing' : `is ${JSON.stringify(value)}`,
    `Give ${expectedValue(setting)}`,
  )
}

/** What a value of each shape must be, after "Give". */
const SHAPES: Readonly<Record<Shape, string>> = {
  command: 'a command line, such as "python train.py --lr {lr}", or a list of its words',
  columns: 'a column for each role, such as { prompt: question, answer: reply }',
  names: 'the name of a study, or a list of names',
  objectives: 'two measures, such as [valLoss, seconds]',
  parameters:
    'a range or a list for each parameter, such as { lr: 1e-5..1e-2, batchSize: [4, 8] }; ' +
    'an object has low, high, scale, step, kind, choices and when',
  point: 'a value for each parameter, such as { learningRate: 1e-4 }',
  points: 'a list of configurations, such as [{ learningRate: 1e-4 }]',
  pruner: 'the name of a pruner with its options, such as median(2, 1)',
  rule: 'verdict, off, or a rule with its options, such as patience(5)',
  sources: 'a file, a folder or a pattern, or a list of them',
  space:
    'a range or a list for each parameter, such as { learningRate: 1e-5..1e-2, batchSize: [4, ' +
    '8] }; an object has low, high, scale, step, choices and when',
  strategy: 'the name of a sampler, or an object such as { name: grid, levels: 5 }',
  test: 'a share from 0 to below 1, auto, or files',
  training: 'settings such as { schedule: cosine }',
  true: 'true',
}
