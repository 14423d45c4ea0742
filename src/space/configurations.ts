import { keeps, type Constraint } from './constraint.js'
import { canonical, type Choice, type Parameter, type Params, type Space } from './parameter.js'

/**
 * A configuration's identity: equal keys are one configuration, whatever the order of the names.
 * Floats are compared to ten digits; smaller differences do not change a training.
 */
export function configurationKey(space: Space, params: Params): string {
  return JSON.stringify(space.map(({ kind, name }) => rounded(kind, params[name])))
}

/** How many configurations a space has; Infinity as soon as one parameter is continuous. */
export function configurationCount(space: Space): number {
  return space.reduce((size, parameter) => size * valueCount(parameter), 1)
}

/** Larger finite spaces are not counted: no study reaches their end. */
const MAX_COUNTED = 20_000

/**
 * How many different configurations keep the constraints; the size of the space if that is too
 * large to count.
 */
export function feasibleCount(space: Space, constraints: readonly Constraint[]): number {
  const size = configurationCount(space)
  if (
    size > MAX_COUNTED ||
    (constraints.length === 0 && space.every(({ when }) => when === undefined))
  )
    return size
  const feasible = Array.from({ length: size }, (_, index) =>
    canonical(space, configurationAt(space, index)),
  ).filter(params => keeps(constraints, params))
  return new Set(feasible.map(params => configurationKey(space, params))).size
}

/**
 * The configuration with a given index in a finite space, the last parameter fastest.
 *
 * @param index in [0, configurationCount(space))
 */
export function configurationAt(space: Space, index: number): Params {
  const params: Record<string, Choice> = {}
  let remainder = index
  for (let i = space.length - 1; i >= 0; i--) {
    const parameter = space[i]!
    const count = valueCount(parameter)
    params[parameter.name] =
      parameter.kind === 'categorical'
        ? parameter.choices[remainder % count]!
        : parameter.low + (remainder % count)
    remainder = Math.floor(remainder / count)
  }
  return Object.fromEntries(space.map(({ name }) => [name, params[name]!]))
}

function valueCount(parameter: Parameter): number {
  switch (parameter.kind) {
    case 'categorical':
      return parameter.choices.length
    case 'int':
      return parameter.high - parameter.low + 1
    case 'float':
      return parameter.low === parameter.high ? 1 : Infinity
  }
}

function rounded(kind: Parameter['kind'], value: Choice | undefined): Choice | null {
  if (value === undefined) return null
  return kind === 'float' && typeof value === 'number' ? value.toPrecision(10) : value
}
