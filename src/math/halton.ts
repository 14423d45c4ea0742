import { keyedUniform } from './random.js'

/**
 * One coordinate set of the scrambled Halton sequence: in dimension i the digits of `index` in the
 * i-th prime base, mirrored about the point, each digit place permuted on its own.
 *
 * Without the permutations high dimensions run along diagonals for their first hundred points.
 *
 * @param index from 0
 * @param key of the permutations; one key, one sequence
 * @returns shape [dimensions], in [0, 1)
 *
 * Source: Owen, "A randomized Halton algorithm in R", arXiv 1706.02808, 2017.
 */
export function halton(index: number, dimensions: number, key: readonly number[]): number[] {
  return primes(dimensions).map((base, dimension) =>
    mirrored(index, base, (place, digit) => permutation(base, [...key, dimension, place])[digit]!),
  )
}

/**
 * The digits of an index in a base, mirrored about the point: the van der Corput sequence where
 * digits stay what they are.
 *
 * @param permutedDigit what stands for a digit at a place
 */
export function mirrored(
  index: number,
  base: number,
  permutedDigit: (place: number, digit: number) => number,
): number {
  let value = 0
  let rest = index
  // Until the places left are below what a double can add: zeros are permuted too.
  for (let place = 0, scale = 1 / base; scale > 1e-16; place++, scale /= base) {
    value += permutedDigit(place, rest % base) * scale
    rest = Math.floor(rest / base)
  }
  return Math.min(value, 1 - 2 ** -53)
}

export function primes(count: number): number[] {
  const found: number[] = []
  for (let n = 2; found.length < count; n++)
    if (found.every(prime => n % prime !== 0)) found.push(n)
  return found
}

function permutation(n: number, key: readonly number[]): number[] {
  const uniform = keyedUniform(key)
  const order = Array.from({ length: n }, (_, i) => i)
  for (let i = n - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1))
    ;[order[i], order[j]] = [order[j]!, order[i]!]
  }
  return order
}
