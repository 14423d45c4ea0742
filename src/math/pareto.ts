/**
 * Whether `a` is nowhere larger than `b` and somewhere smaller. Smaller is better in every
 * objective.
 */
export function dominates(a: readonly number[], b: readonly number[]): boolean {
  return a.every((value, i) => value <= b[i]!) && a.some((value, i) => value < b[i]!)
}

/**
 * The points that no other point dominates, among them those that are equal.
 *
 * Each point is held against the front of those sorted before it: n log n for two objectives, n
 * times the front's size for more.
 *
 * @param points shape [points][objectives], to be minimised; one with a value that is not a number
 *   is never on the front
 * @returns their indices, ascending
 *
 * Source: Kung, Luccio & Preparata, "On finding the maxima of a set of vectors", JACM 1975, section
 * 2, for two objectives.
 */
export function paretoFront(points: readonly (readonly number[])[]): number[] {
  const order = points
    .flatMap((point, i) => (point.some(Number.isNaN) ? [] : [i]))
    .sort((a, b) => lexical(points[a]!, points[b]!))
  const front: number[] = []
  for (const i of order) {
    // What comes later in lexical order dominates nothing before it; with two objectives the last
    // of the front is the lowest in the second.
    const rivals = points[i]!.length === 2 ? front.slice(-1) : front
    if (!rivals.some(j => dominates(points[j]!, points[i]!))) front.push(i)
  }
  return front.sort((a, b) => a - b)
}

/** Orders by the first objective, equal ones by the next. */
export function lexical(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i]!)
  return at < 0 ? 0 : a[at]! < b[at]! ? -1 : 1
}
