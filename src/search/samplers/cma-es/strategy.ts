/**
 * The numbers that a covariance matrix adaptation runs by; they depend on dimension and population
 * alone.
 */
export interface Strategy {
  readonly n: number
  /** λ: points of a generation. */
  readonly population: number
  /** µ: the better half, which the mean moves to. */
  readonly parents: number
  /** By rank, best first: the first µ sum to 1, the others are negative. Shape [population]. */
  readonly weights: Float64Array
  readonly effective: number
  readonly rankOne: number
  readonly rankMu: number
  /** Of the step size's path, and its damping. */
  readonly stepRate: number
  readonly damping: number
  /** Of the covariance's path. */
  readonly pathRate: number
  /** E‖N(0, I)‖. */
  readonly expectedLength: number
}

/** λ = 4 + ⌊3 ln n⌋, equation 48. */
export function defaultPopulation(n: number): number {
  return 4 + Math.floor(3 * Math.log(n))
}

/**
 * The defaults of Hansen, "The CMA evolution strategy: a tutorial", arXiv 1604.00772, 2016, table
 * 1: equations 48 to 58.
 *
 * @param n 1 or more
 * @param population 2 or more
 */
export function strategyParameters(n: number, population = defaultPopulation(n)): Strategy {
  const parents = Math.floor(population / 2)
  const raw = Array.from(
    { length: population },
    (_, i) => Math.log((population + 1) / 2) - Math.log(i + 1),
  )
  const effective = effectiveCount(raw.slice(0, parents))
  const effectiveRest = effectiveCount(raw.slice(parents))
  const rankOne = 2 / ((n + 1.3) ** 2 + effective)
  const rankMu = Math.min(
    1 - rankOne,
    (2 * (effective - 2 + 1 / effective)) / ((n + 2) ** 2 + effective),
  )
  const negative = Math.min(
    1 + rankOne / rankMu,
    1 + (2 * effectiveRest) / (effective + 2),
    (1 - rankOne - rankMu) / (n * rankMu),
  )
  const total = (sign: 1 | -1) => raw.reduce((sum, weight) => sum + Math.max(0, sign * weight), 0)
  const [above, below] = [total(1), total(-1)]
  const stepRate = (effective + 2) / (n + effective + 5)
  return {
    n,
    population,
    parents,
    weights: Float64Array.from(raw, weight =>
      weight >= 0 ? weight / above : (negative * weight) / below,
    ),
    effective,
    rankOne,
    rankMu,
    stepRate,
    damping: 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (n + 1)) - 1) + stepRate,
    pathRate: (4 + effective / n) / (n + 4 + (2 * effective) / n),
    expectedLength: Math.sqrt(n) * (1 - 1 / (4 * n) + 1 / (21 * n * n)),
  }
}

function effectiveCount(weights: readonly number[]): number {
  const sum = weights.reduce((a, b) => a + b, 0)
  return sum ** 2 / weights.reduce((a, b) => a + b * b, 0)
}
