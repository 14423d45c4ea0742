import { FunctionRun } from './function-run.js'
import type { OptimizeOptions } from './options.js'
import type { OptimizeResult } from './result.js'
import type { SearchSpace, SpaceParams } from './space.js'
import { optimizeSpec } from './spec.js'
import { optimizeStore } from './stores.js'

/**
 * Searches for the best configuration of a function, in this process. Decisions and records are
 * those of a study; without a name they are kept in memory.
 *
 * @example
 * const { best } = await optimize({
 *   space: { x: float(-3, 3), act: choice('relu', 'gelu') },
 *   trials: 20,
 *   objective: ({ params }) => (params.x - 1) ** 2 + (params.act === 'relu' ? 1 : 0),
 * })
 * console.log(best?.params.act, best?.value)
 *
 * @throws UserError for a space, a constraint or an option that does not fit, or when another
 *   process runs the study of this name
 */
export async function optimize<const S extends SearchSpace>(
  options: OptimizeOptions<S>,
): Promise<OptimizeResult<SpaceParams<S>>> {
  const { spec, strategies } = optimizeSpec(options)
  const store = await optimizeStore(spec, options)
  try {
    const run = new FunctionRun<SpaceParams<S>>(store, strategies, options)
    return await run.run()
  } finally {
    await store.close()
  }
}
