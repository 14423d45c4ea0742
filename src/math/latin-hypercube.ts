import { keyedUniform, type Uniform } from './random.js'

const DRAWS = 100

/**
 * n points of the unit cube of which each coordinate visits each of n equal cells once, at their
 * middles; of many such designs the one whose two nearest points are farthest apart.
 *
 * @param key of the randomness
 * @returns shape [n][dimensions]
 *
 * Source: Johnson, Moore & Ylvisaker, "Minimax and maximin distance designs", J. Stat. Planning and
 * Inference 1990; Morris & Mitchell, "Exploratory designs for computational experiments", same
 * journal 1995.
 */
export function latinHypercube(
  n: number,
  dimensions: number,
  key: readonly number[],
): readonly (readonly number[])[] {
  const uniform = keyedUniform(key)
  let best: { design: number[][]; gap: number } | undefined
  for (let draw = 0; draw < DRAWS; draw++) {
    const columns = Array.from({ length: dimensions }, () => permutation(n, uniform))
    const design = Array.from({ length: n }, (_, i) =>
      columns.map(column => (column[i]! + 0.5) / n),
    )
    const gap = nearestPair(design)
    if (!best || gap > best.gap) best = { design, gap }
  }
  return best!.design
}

function permutation(n: number, uniform: Uniform): number[] {
  const order = Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1))
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order
}

function nearestPair(points: readonly (readonly number[])[]): number {
  let least = Infinity
  for (let i = 0; i < points.length; i++) {
    for (let j = 0; j < i; j++)
      least = Math.min(
        least,
        points[i]!.reduce((sum, u, c) => sum + (u - points[j]![c]!) ** 2, 0),
      )
  }
  return least
}
