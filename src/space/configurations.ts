import { keeps, type Constraint } from './constraint.js'
import { canonical, type Choice, type Parameter, type Params, type Space } from './parameter.js'

/**
 * A configuration's identity: equal keys are one configuration, whatever the order of the names.
 * Floats are told apart to ten digits; beyond that a training cannot tell them apart either.
 */
export function keyOf(space: Space, params: Params): string {
  return JSON.stringify(space.map(({ kind, name }) => rounded(kind, params[name])))
}

/** How many configurations a space has; Infinity as soon as one parameter is continuous. */
export function sizeOf(space: Space): number {
  return space.reduce((size, parameter) => size * choicesOf(parameter), 1)
}

/** Larger finite spaces are not counted: no study comes to their end. */
const COUNTED = 20_000

/**
 * How many different configurations keep the constraints; the size of the whole space where that is
 * too large to count.
 */
export function feasibleSize(space: Space, constraints: readonly Constraint[]): number {
  const size = sizeOf(space)
  if (size > COUNTED || (constraints.length === 0 && space.every(({ when }) => when === undefined)))
    return size
  const found = Array.from({ length: size }, (_, index) =>
    canonical(space, configurationAt(space, index)),
  ).filter(params => keeps(constraints, params))
  return new Set(found.map(params => keyOf(space, params))).size
}

/**
 * The configuration with a given index in a finite space, the last parameter fastest.
 *
 * @param index in [0, sizeOf(space))
 */
export function configurationAt(space: Space, index: number): Params {
  const params: Record<string, Choice> = {}
  let rest = index
  for (let i = space.length - 1; i >= 0; i--) {
    const parameter = space[i]!
    const count = choicesOf(parameter)
    params[parameter.name] =
      parameter.kind === 'categorical'
        ? parameter.choices[rest % count]!
        : parameter.low + (rest % count)
    rest = Math.floor(rest / count)
  }
  return Object.fromEntries(space.map(({ name }) => [name, params[name]!]))
}

function choicesOf(parameter: Parameter): number {
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
