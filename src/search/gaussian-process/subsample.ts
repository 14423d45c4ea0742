/**
 * A part of a ranking that a model of bounded cost can learn from: the first half of it from the
 * front, where the best are, the other half evenly from the rest. All of it where it is short
 * enough.
 *
 * @param ranked best first
 */
export function subsample<T>(ranked: readonly T[], most: number): readonly T[] {
  if (ranked.length <= most) return ranked
  const front = Math.floor(most / 2)
  const rest = ranked.length - front
  return [
    ...ranked.slice(0, front),
    ...Array.from(
      { length: most - front },
      (_, i) => ranked[front + Math.floor((i * rest) / (most - front))]!,
    ),
  ]
}
