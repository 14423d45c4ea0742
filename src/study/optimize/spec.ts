import type { StudySpec } from '../../record/study.js'
import { optional } from '../../util/optional.js'
import { chosenStrategies } from '../chosen-strategies.js'
import type { Strategies } from '../decision/strategies.js'
import { studySpec } from '../specification.js'
import type { OptimizeOptions } from './options.js'
import type { SearchSpace } from './space.js'

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
  const { names, own } = chosenStrategies({ sampler, pruner })
  const definition = optional({
    external: true,
    parameters: Object.fromEntries(
      Object.entries(space).map(([key, { definition }]) => [key, definition]),
    ),
    trials,
    direction,
    ...names,
    slots,
    seed,
    constraints,
    initialPoints,
    earlyStopping,
  })
  const spec = studySpec(name, definition, process.cwd(), path =>
    (path[0] === 'parameters' ? ['space', ...path.slice(1)] : path).join('.'),
  )
  return { spec, strategies: own }
}
