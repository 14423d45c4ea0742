import { sobol, SOBOL_DIMENSIONS } from '../../math/sobol.js'
import type { Curve } from '../../record/curve.js'
import { defineStrategy } from '../../settings/define-strategy.js'
import type { Choice, Parameter, Params, Space } from '../../space/parameter.js'
import { fromUnit } from '../../space/transform.js'
import { configurationKey } from '../../space/configurations.js'
import type { SampleRequest, Sampler, Suggestion } from '../contract/sampler.js'
import { configurations } from '../contract/trial-outcomes.js'

/** Values taken from a numeric parameter by default. */
export const GRID_LEVELS = 4

export interface GridOptions {
  /** Most values taken from one numeric parameter. All categories are taken. */
  readonly levels: number
}

/**
 * Tries every combination of levels once.
 *
 * The order is that in which a Sobol sequence meets the cells. So the cells tried so far are spread
 * over the whole grid whenever the search is stopped. The next cell is the first one that was not
 * begun: a resumed study continues with the cell it would have tried.
 *
 * @example
 * const { best } = await optimize({
 *   space: { x: float(-3, 3), act: choice('relu', 'gelu') },
 *   trials: 6,
 *   sampler: grid({ levels: 3 }),
 *   objective: ({ params }) => params.x ** 2,
 * })
 * console.log(best?.params)
 */
export const grid = defineStrategy({
  name: 'grid',
  summary: {
    en: 'every combination of evenly spaced values, once',
    zh: '网格搜索：等间距取值的所有组合各试一次',
  },
  options: [
    {
      name: 'levels',
      type: 'int',
      min: 1,
      max: Number.MAX_SAFE_INTEGER,
      default: GRID_LEVELS,
      help: {
        en: 'most values taken from a numeric parameter',
        zh: '每个数值参数最多取多少个值',
      },
    },
  ],
  create: (options): Sampler => ({
    name: 'grid',
    suggest: (space, trials, { admits }) => nextCell(space, trials, options, admits),
  }),
})

function nextCell(
  space: Space,
  trials: readonly Curve[],
  options: GridOptions,
  admits: SampleRequest['admits'],
): Suggestion {
  const axes = space.map(parameter => axis(parameter, options.levels))
  const size = gridSize(space, options)
  const tried = new Set(configurations(trials).map(params => configurationKey(space, params)))
  let cell = 0
  let skipped = 0
  for (const params of cells(space, axes, size)) {
    cell++
    if (tried.has(configurationKey(space, params))) continue
    if (admits?.(params) === false) {
      skipped++
      continue
    }
    const text = `cell ${cell} of the ${size} of the grid`
    return { kind: 'params', params, rationale: { method: 'grid', text, expected: null } }
  }
  const note =
    skipped > 0
      ? `; ${skipped} cells break a constraint or differ in what does not exist there`
      : ''
  return { kind: 'exhausted', reason: `space exhausted, ${size - skipped} of ${size}${note}` }
}

/** How many combinations the grid of a space has. */
export function gridSize(space: Space, { levels }: GridOptions): number {
  return space.reduce((size, parameter) => size * axis(parameter, levels).length, 1)
}

/** Values of one parameter, evenly spaced on its scale, both bounds included. */
export function axis(parameter: Parameter, levels: number): readonly Choice[] {
  if (parameter.kind === 'categorical') return parameter.choices
  // A logarithmic scale would meet its small integers twice and miss others, though there is room
  // for all.
  if (parameter.kind === 'int' && parameter.high - parameter.low < levels)
    return Array.from({ length: parameter.high - parameter.low + 1 }, (_, i) => parameter.low + i)
  if (levels === 1) return [fromUnit(parameter, 0.5)]
  const values = Array.from({ length: levels }, (_, i) => fromUnit(parameter, i / (levels - 1)))
  // Rounding may repeat an integer; bounds that meet repeat anything.
  return [...new Set(values)]
}

/**
 * Every cell once: as a Sobol sequence meets them, then those it has not met after a fair number of
 * points.
 */
function* cells(
  space: Space,
  axes: readonly (readonly Choice[])[],
  size: number,
): Generator<Params> {
  const met = new Set<number>()
  if (axes.length <= SOBOL_DIMENSIONS) {
    const sequence = sobol(axes.length)
    // The sequence begins at the origin, the corner of all lower bounds, which shows least.
    sequence.next()
    let points = 0
    for (const point of sequence) {
      if (met.size === size || points++ > 8 * size) break
      const index = point.reduce(
        (sum, u, i) => sum * axes[i]!.length + Math.floor(u * axes[i]!.length),
        0,
      )
      if (met.has(index)) continue
      met.add(index)
      yield cellAt(space, axes, index)
    }
  }
  for (let index = 0; index < size; index++) if (!met.has(index)) yield cellAt(space, axes, index)
}

/**
 * Reads `index` as a number whose digit bases are the lengths of the axes, the last one fastest.
 */
function cellAt(space: Space, axes: readonly (readonly Choice[])[], index: number): Params {
  const params: Record<string, Choice> = {}
  let remainder = index
  for (let i = space.length - 1; i >= 0; i--) {
    const values = axes[i]!
    params[space[i]!.name] = values[remainder % values.length]!
    remainder = Math.floor(remainder / values.length)
  }
  return Object.fromEntries(space.map(({ name }) => [name, params[name]!]))
}
