import { UserError } from '../../errors.js'
import type { Choice, Scale } from '../../space/parameter.js'
import { listItems, literal, parseCall, type Call } from './call-text.js'
import { checkList } from './list.js'

/** A range in our spelling. */
export interface CanonicalRange {
  readonly low: number
  readonly high: number
  readonly scale?: Scale
  readonly kind?: 'int' | 'float'
  readonly step?: number
}

/** A parameter in our spelling. */
export type Canonical = Choice | readonly Choice[] | CanonicalRange

type Reader = (call: Call, at: string) => Canonical

/**
 * Calls of Ray Tune, Optuna and Hydra by their name without module. Ray's randint and Hydra's
 * range end before their second argument, as in Python.
 */
const CALLS: Readonly<Record<string, Reader>> = {
  uniform: (call, at) => range(call, at, { kind: 'float', scale: 'linear' }),
  quniform: (call, at) => range(call, at, { kind: 'float', scale: 'linear', step: 2 }),
  loguniform: (call, at) => range(call, at, { kind: 'float', scale: 'log' }),
  randint: (call, at) => range(call, at, { kind: 'int', scale: 'linear', exclusive: true }),
  qrandint: (call, at) => range(call, at, { kind: 'int', scale: 'linear', step: 2 }),
  lograndint: (call, at) => range(call, at, { kind: 'int', scale: 'log', exclusive: true }),
  suggest_float: (call, at) => suggestion(call, at, { kind: 'float' }),
  suggest_int: (call, at) => suggestion(call, at, { kind: 'int' }),
  suggest_uniform: (call, at) => suggestion(call, at, { kind: 'float' }),
  suggest_loguniform: (call, at) => suggestion(call, at, { kind: 'float', scale: 'log' }),
  suggest_discrete_uniform: (call, at) => suggestion(call, at, { kind: 'float', step: 2 }),
  suggest_categorical: ({ args, named }, at) => choices(args.slice(1), named, at),
  choice: ({ args, named }, at) => choices(args, named, at),
  grid_search: ({ args, named }, at) => choices(args, named, at),
  interval: (call, at) => range(call, at, { kind: 'float', scale: 'linear' }),
  range: pythonRange,
  int: ({ args }, at) => asInt(inner(args, at), at),
  shuffle: ({ args, named }, at) =>
    args.length === 1 ? inner(args, at) : choices(args, named, at),
  tag: tagged,
}

/** Calls whose bounds have another meaning than they seem to, or that have none. */
const REFUSED = new Set(
  (
    'normal qnormal lognormal log_normal qlognormal randn qrandn gauss sample_from qloguniform ' +
    'qlograndint logspace linspace arange glob pchoice'
  ).split(' '),
)

/**
 * Reads a call such as `tune.loguniform(1e-5, 1e-2)`, `trial.suggest_int("n", 1, 8)` or `tag(log,
 * interval(1e-5, 1e-2))`.
 *
 * @returns null for a text that is no call of a distribution
 * @throws UserError for a distribution that is not supported, and for arguments that do not fit
 */
export function readCallText(text: string, at: string): Canonical | null {
  const call = parseCall(text)
  if (!call) return null
  const name = call.name.slice(call.name.lastIndexOf('.') + 1)
  const isHyperopt = /(^|\.)hp\./.test(call.name)
  if (isHyperopt || REFUSED.has(name))
    throw new UserError(
      at,
      `"${text}" is not a distribution that tune samples`,
      'Write low..high, { low: 1e-5, high: 1e-2, scale: log }, or a list of values',
    )
  const reader = Object.hasOwn(CALLS, name) ? CALLS[name] : undefined
  return reader ? reader(call, at) : null
}

interface RangeForm {
  readonly kind: 'int' | 'float'
  readonly scale?: Scale
  /** The index of the argument that is the step. */
  readonly step?: number
  /** The upper end is not a value. */
  readonly exclusive?: boolean
}

function range({ args, named }: Call, at: string, form: RangeForm): Canonical {
  const low = bound(args[0] ?? named['lower'] ?? named['low'] ?? named['start'], at)
  const high = bound(args[1] ?? named['upper'] ?? named['high'] ?? named['end'], at)
  const written = form.step === undefined ? undefined : (args[form.step] ?? named['q'])
  const log = literal(named['log'] ?? 'False') === true || form.scale === 'log'
  const step = written ?? named['step']
  return {
    low,
    high: form.exclusive ? high - 1 : high,
    scale: log ? 'log' : 'linear',
    kind: form.kind,
    ...(step === undefined || literal(step) === null ? {} : { step: bound(step, at) }),
  }
}

/** Optuna's, whose first argument is the parameter's name. */
function suggestion({ name, args, named }: Call, at: string, form: RangeForm): Canonical {
  return range({ name, args: args.slice(1), named }, at, form)
}

function choices(
  args: readonly string[],
  named: Readonly<Record<string, string>>,
  at: string,
): Canonical {
  const [first = named['choices'] ?? named['values'] ?? named['categories']] = args
  const items = args.length > 1 ? args : first === undefined ? [] : (listItems(first) ?? [first])
  if (items.length === 0) throw new UserError(at, 'has no choices', 'List them: choice(a, b)')
  return checkList(items.map(literal), at)
}

function pythonRange({ args, named }: Call, at: string): Canonical {
  const [a, b, c] = args
  const low = bound(b === undefined ? (named['start'] ?? '0') : a, at)
  const stop = bound(named['stop'] ?? (b === undefined ? a : b), at)
  const step = bound(c ?? named['step'] ?? '1', at)
  const values = Array.from(
    { length: Math.min(1000, Math.max(0, Math.ceil((stop - low) / step - 1e-9))) },
    (_, i) => Number((low + i * step).toPrecision(12)),
  )
  if (values.length === 0)
    throw new UserError(at, `range(${args.join(', ')}) has no values`, 'Write low..high')
  return step === 1 ? { low, high: values.at(-1)!, scale: 'linear', kind: 'int' } : values
}

function tagged({ args }: Call, at: string): Canonical {
  const distribution = inner(args.slice(-1), at)
  const tags = args.slice(0, -1)
  if (typeof distribution !== 'object' || !('low' in distribution)) return distribution
  const scale = tags.includes('log') ? { scale: 'log' as const } : {}
  return { ...distribution, ...scale, ...(tags.includes('int') ? { kind: 'int' } : {}) }
}

function inner(args: readonly string[], at: string): Canonical {
  const read = args[0] === undefined ? null : readCallText(args[0], at)
  if (read === null)
    throw new UserError(at, `"${args.join(', ')}" is not a distribution`, 'Write low..high')
  return read
}

function asInt(distribution: Canonical, at: string): Canonical {
  if (typeof distribution !== 'object' || !('low' in distribution)) return distribution
  if (Number.isInteger(distribution.low) && Number.isInteger(distribution.high))
    return { ...distribution, kind: 'int' }
  throw new UserError(at, 'has ends that are not whole numbers', 'Round them')
}

function bound(text: string | undefined, at: string): number {
  const value = text === undefined ? undefined : literal(text)
  if (typeof value === 'number' && Number.isFinite(value)) return value
  throw new UserError(
    at,
    text === undefined ? 'has one bound, or none' : `"${text}" is not a number`,
    'Write low..high, such as 1e-5..1e-2',
  )
}
