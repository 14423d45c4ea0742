import type { Setting } from './setting.js'

/**
 * The settings of a group that have no effect, because of two which state the same thing another is
 * used, or because they are 0 and so leave the other in force: `warmupSteps` or `warmupRatio`.
 *
 * @param values of the group; a setting without one has its default
 */
export function withoutEffect(
  group: readonly Setting[],
  values: Readonly<Record<string, unknown>>,
): ReadonlySet<string> {
  return new Set(
    group.flatMap(({ name, replaces, default: fallback }) => {
      if (replaces === undefined) return []
      return [Number(values[name] ?? fallback) > 0 ? replaces : name]
    }),
  )
}
