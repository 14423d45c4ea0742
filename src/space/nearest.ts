import { keyedUniform } from '../math/random.js'
import { keeps, type Constraint } from './constraint.js'
import { canonical, type Choice, type Parameter, type Params, type Space } from './parameter.js'
import { fromUnit, paramsAt, toUnit } from './transform.js'

const DRAWS = 4000
const KEY = [0x6e656172]
const HALVINGS = 30

/**
 * The point of a space nearest to any point: numbers are moved to their bounds, integers rounded,
 * of listed values the closest is taken; a parameter without a value is at the middle of its range.
 * Where constraints forbid that, the nearest of many draws that keep them, moved back as far as
 * they allow.
 *
 * @returns the point itself where it lies inside
 */
export function nearestWithin(
  space: Space,
  params: Params,
  constraints: readonly Constraint[] = [],
): Params {
  const target = canonical(
    space,
    Object.fromEntries(
      space.map(parameter => [parameter.name, closest(parameter, params[parameter.name])]),
    ),
  )
  if (keeps(constraints, target)) return target
  const uniform = keyedUniform(KEY)
  const feasible = Array.from({ length: DRAWS }, () =>
    canonical(space, paramsAt(space, space.map(uniform))),
  ).filter(point => keeps(constraints, point))
  // Constraints of which no draw keeps all are refused where they are read.
  if (feasible.length === 0) return target
  const nearest = feasible
    .map(point => ({ point, at: distance(space, point, target) }))
    .reduce((a, b) => (b.at < a.at ? b : a))
  return space.reduce(
    (point, parameter) => movedBack(space, parameter, point, target, constraints),
    nearest.point,
  )
}

function closest(parameter: Parameter, value: Choice | undefined): Choice {
  if (value === undefined) return fromUnit(parameter, 0.5)
  if (parameter.kind !== 'categorical') {
    const bounded = Math.min(Math.max(Number(value), parameter.low), parameter.high)
    if (Number.isNaN(bounded)) return fromUnit(parameter, 0.5)
    return parameter.kind === 'int' ? Math.round(bounded) : bounded
  }
  const { choices } = parameter
  if (choices.includes(value) || typeof value !== 'number')
    return choices.includes(value) ? value : choices[0]!
  const numbers = choices.filter(choice => typeof choice === 'number')
  if (numbers.length === 0) return choices[0]!
  const at = value > 0 && numbers.every(number => number > 0) ? Math.log : Number
  return numbers.reduce((a, b) =>
    Math.abs(at(b) - at(value)) < Math.abs(at(a) - at(value)) ? b : a,
  )
}

function distance(space: Space, a: Params, b: Params): number {
  return space.reduce((sum, parameter) => {
    const [x, y] = [a[parameter.name], b[parameter.name]]
    if (x === y) return sum
    if (x === undefined || y === undefined || parameter.kind === 'categorical') return sum + 1
    return sum + (toUnit(parameter, x) - toUnit(parameter, y)) ** 2
  }, 0)
}

/** One parameter as near to the target as the constraints allow, the others as they are. */
function movedBack(
  space: Space,
  parameter: Parameter,
  point: Params,
  target: Params,
  constraints: readonly Constraint[],
): Params {
  const { name } = parameter
  const [from, to] = [point[name], target[name]]
  if (from === undefined || to === undefined || from === to) return point
  const at = (value: Choice): Params | null => {
    const moved = canonical(space, { ...point, [name]: value })
    return Object.keys(moved).length === Object.keys(point).length && keeps(constraints, moved)
      ? moved
      : null
  }
  const complete = at(to)
  if (complete || parameter.kind === 'categorical') return complete ?? point
  let best = point
  let [low, high] = [toUnit(parameter, from), toUnit(parameter, to)]
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2
    const moved = at(fromUnit(parameter, middle))
    if (moved) [best, low] = [moved, middle]
    else high = middle
  }
  return best
}
