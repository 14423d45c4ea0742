import { sobol, SOBOL_DIMENSIONS } from '../../math/sobol.js'
import type { Choice, Parameter, Params, Space } from '../../space/parameter.js'
import { fromUnit } from '../../space/transform.js'
import { keyOf } from '../../space/configurations.js'
import { asked } from '../contract/history.js'
import type { Sampler } from '../contract/sampler.js'

/** Values taken from a numeric parameter where nothing else is said. */
export const GRID_LEVELS = 4

export interface GridOptions {
  /** Most values taken from one numeric parameter. Categories are all taken. */
  readonly levels: number
}

/**
 * Tries every combination of levels once.
 *
 * The order is that in which a Sobol sequence meets the cells, so that whenever the search is
 * stopped the cells tried so far are spread over the whole grid. The next cell is the first one not
 * asked for yet: a resumed study goes on with the cell it would have tried.
 */
export function grid(options: GridOptions): Sampler {
  return (space, history, { admits }) => {
    const axes = space.map(parameter => axis(parameter, options.levels))
    const size = gridSize(space, options)
    const tried = new Set(asked(history).map(params => keyOf(space, params)))
    let cell = 0
    let skipped = 0
    for (const params of cells(space, axes, size)) {
      cell++
      if (tried.has(keyOf(space, params))) continue
      if (admits?.(params) === false) {
        skipped++
        continue
      }
      return {
        kind: 'params',
        params,
        rationale: {
          method: 'grid',
          text: `cell ${cell} of the ${size} of the grid`,
          expected: null,
        },
      }
    }
    const left =
      skipped > 0
        ? `; ${skipped} cells break a constraint or differ in what does not exist there`
        : ''
    return { kind: 'exhausted', reason: `space exhausted, ${size - skipped} of ${size}${left}` }
  }
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
    // The sequence begins at the origin, the corner of all lower bounds: the least telling place to
    // begin at.
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
  let rest = index
  for (let i = space.length - 1; i >= 0; i--) {
    const values = axes[i]!
    params[space[i]!.name] = values[rest % values.length]!
    rest = Math.floor(rest / values.length)
  }
  return Object.fromEntries(space.map(({ name }) => [name, params[name]!]))
}
