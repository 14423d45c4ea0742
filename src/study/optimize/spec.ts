import type { StudySpec } from '../../record/study.js'
import { optional } from '../../util/optional.js'
import type { Strategies } from '../decision/decide.js'
import { studySpec } from '../specification.js'
import type { OptimizeOptions } from './options.js'
import type { SearchSpace } from './space.js'
import { chosenPruner, chosenSampler } from './strategies.js'

/** Name of a study that is kept in memory. */
const UNNAMED = 'optimize'

/**
 * The study that a call of `optimize` is.
 *
 * @throws UserError naming the option
 */
export function optimizeSpec<S extends SearchSpace>({
  space,
  trials,
  direction,
  sampler,
  pruner,
  slots = 1,
  seed,
  constraints,
  initialPoints,
  earlyStopping = 'off',
  name = UNNAMED,
}: OptimizeOptions<S>): { readonly spec: StudySpec; readonly strategies: Strategies } {
  const [chosen, stopping] = [chosenSampler(sampler), chosenPruner(pruner)]
  const definition = optional({
    external: true,
    parameters: Object.fromEntries(
      Object.entries(space).map(([key, { definition }]) => [key, definition]),
    ),
    trials,
    direction,
    sampler: chosen.input,
    pruner: stopping.input,
    slots,
    seed,
    constraints,
    initialPoints,
    earlyStopping,
  })
  const spec = studySpec(name, definition, process.cwd(), path =>
    (path[0] === 'parameters' ? ['space', ...path.slice(1)] : path).join('.'),
  )
  return {
    spec: {
      ...spec,
      ...optional({
        sampler: chosen.ownName === undefined ? undefined : { name: chosen.ownName, options: {} },
      }),
    },
    strategies: optional({ sampler: chosen.own, pruner: stopping.own }),
  }
}
