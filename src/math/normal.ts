const LOG_ROOT_TWO_PI = 0.5 * Math.log(2 * Math.PI)
/**
 * Beyond this many standard deviations the continued fraction converges in a few dozen steps;
 * nearer, sums don't cancel.
 */
const TAIL = 2
/** Beyond it what is missing to 1 is less than half of the last place. */
const ALL = 8.3
/** Beyond it the density is below the smallest double. */
const NOTHING = -39

/** Standard normal density. */
export function density(z: number): number {
  return Math.exp(-0.5 * z * z - LOG_ROOT_TWO_PI)
}

/**
 * Standard normal distribution function, to a relative error of about 1e-14 as far as doubles go (z
 * ≈ −38).
 */
export function cdf(z: number): number {
  if (z <= NOTHING) return 0
  if (z >= ALL) return 1
  if (z <= -TAIL) return density(z) / (-z + tailFraction(-z))
  if (z >= TAIL) return 1 - cdf(-z)
  return 0.5 + density(z) * series(z)
}

/**
 * K(x) of the Mills ratio 1 / (x + K(x)) = (1 − Φ(x)) / φ(x), for x ≥ 2:
 * K(x) = 1/(x + 2/(x + 3/(x + …))).
 *
 * Source: DLMF 7.9.2 with x = √2 z; evaluated from the far end, where enough terms are known
 * beforehand.
 */
export function tailFraction(x: number): number {
  let fraction = 0
  for (let term = Math.ceil(400 / (x * x)) + 12; term >= 1; term--) fraction = term / (x + fraction)
  return fraction
}

/** Σ z^(2k+1) / (1·3·5…(2k+1)), which is (Φ(z) − ½) / φ(z). Source: Abramowitz & Stegun 26.2.11. */
function series(z: number): number {
  let term = z
  let sum = z
  for (let odd = 3; Math.abs(term) > 1e-17 * Math.abs(sum); odd += 2) {
    term *= (z * z) / odd
    sum += term
  }
  return sum
}
