import { compileExpression } from 'filtrex'
import { UserError } from '../errors.js'
import { keyedUniform } from '../math/random.js'
import { canonical, type Params, type Space } from './parameter.js'
import { paramsAt } from './transform.js'

/** A condition on a configuration as people write it: `batchSize * sequenceLength <= 65536`. */
export type Constraint = string

const DRAWS = 4000
/**
 * Below this share of configurations the draws that samplers begin with would mostly be thrown
 * away.
 */
const LEAST_FEASIBLE = 0.01
const KEY = [0x636f6e]

/**
 * Whether a configuration keeps all constraints. One that names a parameter which does not exist
 * there does not apply.
 */
export function keeps(constraints: readonly Constraint[], params: Params): boolean {
  return constraints.every(constraint => {
    const value = compiled(constraint)(params)
    return value instanceof Error || Boolean(value)
  })
}

/**
 * Rejects constraints that can't be read, name what is not searched, or leave next to nothing of
 * the space.
 *
 * @param at how the user spelled the place of one of them
 * @throws UserError naming it
 */
export function checkConstraints(
  space: Space,
  constraints: readonly Constraint[],
  at: (index: number) => string,
): void {
  constraints.forEach((constraint, index) => checkOne(space, constraint, at(index)))
  if (constraints.length === 0) return
  const uniform = keyedUniform(KEY)
  let feasible = 0
  for (let draw = 0; draw < DRAWS; draw++)
    if (keeps(constraints, canonical(space, paramsAt(space, space.map(uniform))))) feasible++
  if (feasible >= LEAST_FEASIBLE * DRAWS) return
  throw new UserError(
    at(0),
    `${feasible === 0 ? 'none' : `only ${feasible}`} of ${DRAWS} configurations drawn at random ` +
      `keep${feasible === 1 ? 's' : ''} the constraints`,
    'Narrow the ranges to where they hold, or loosen them',
  )
}

function checkOne(space: Space, constraint: Constraint, at: string): void {
  const names = new Set<string>()
  const trial = Object.fromEntries(
    space.map(parameter => [
      parameter.name,
      parameter.kind === 'categorical' ? parameter.choices[0]! : parameter.low,
    ]),
  )
  let value: unknown
  try {
    value = compileExpression(constraint, {
      customProp: (name: string) => (names.add(name), trial[name]),
    })(trial)
  } catch (error) {
    throw new UserError(
      at,
      `"${constraint}" cannot be read: ` +
        (error as Error).message.split('\n')[0]!.replace(/[:.]$/, ''),
      'Write it as batchSize * epochs <= 640',
    )
  }
  const unknown = [...names].find(name => !(name in trial))
  if (unknown !== undefined)
    throw new UserError(
      at,
      `${unknown} is not searched`,
      `Use ${space.map(({ name }) => name).join(', ')}`,
    )
  if (value instanceof Error)
    throw new UserError(
      at,
      `"${constraint}" cannot be reckoned: ${value.message}`,
      'Put words in double quotes, and compare like with like',
    )
  if (typeof value !== 'boolean')
    throw new UserError(
      at,
      `"${constraint}" is a value, not a condition`,
      'Compare it with something, as in batchSize * epochs <= 640',
    )
}

const compiledConstraints = new Map<Constraint, (params: Params) => unknown>()

function compiled(constraint: Constraint): (params: Params) => unknown {
  const cached = compiledConstraints.get(constraint)
  if (cached) return cached
  const evaluate = compileExpression(constraint) as (params: Params) => unknown
  compiledConstraints.set(constraint, evaluate)
  return evaluate
}
