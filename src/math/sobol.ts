import { keyedUniform } from './random.js'
import { DIRECTIONS } from './sobol-directions.js'

const BITS = 32

/** The most dimensions the table of direction numbers goes to. */
export const SOBOL_DIMENSIONS = DIRECTIONS.length + 1

/**
 * Points of the Sobol sequence in the unit cube, from the origin on, in Gray-code order.
 *
 * @param dimensions at most SOBOL_DIMENSIONS
 * @param shift shape [dimensions], in [0, 1): added bit by bit modulo 2 (digital shift), the
 *   cheapest way to free many points at once from the origin
 * @throws RangeError for too many dimensions
 *
 * Source: Bratley & Fox, "Algorithm 659", ACM TOMS 1988, with the recurrence of Antonov & Saleev
 * 1979.
 */
export function* sobol(dimensions: number, shift?: readonly number[]): Generator<number[]> {
  const directions = directionNumbers(dimensions)
  const state = Array.from({ length: dimensions }, (_, i) =>
    Math.floor((shift?.[i] ?? 0) * 2 ** BITS),
  )
  for (let index = 0; index < 2 ** BITS - 1; index++) {
    yield state.map(bits => (bits >>> 0) / 2 ** BITS)
    // The lowest zero bit of the index chooses the direction number that changes.
    const bit = 31 - Math.clz32(~index & (index + 1))
    for (let i = 0; i < dimensions; i++) state[i]! ^= directions[i]![bit]!
  }
}

/**
 * One point of the Sobol sequence, scrambled.
 *
 * @param index from 0, below 2³²
 * @param dimensions at most SOBOL_DIMENSIONS
 * @param key of the scrambling; one key, one sequence
 * @returns shape [dimensions], in [0, 1)
 * @throws RangeError for too many dimensions
 */
export function scrambledSobol(
  index: number,
  dimensions: number,
  key: readonly number[],
): number[] {
  return directionNumbers(dimensions).map((directions, dimension) => {
    let bits = 0
    for (let gray = (index ^ (index >>> 1)) >>> 0, k = 0; gray !== 0; gray >>>= 1, k++)
      if (gray & 1) bits ^= directions[k]!
    return scrambled(bits, Math.floor(keyedUniform([...key, dimension])() * 2 ** BITS)) / 2 ** BITS
  })
}

/**
 * Nested uniform scrambling: each bit is flipped or not at random, by a coin of its own for each
 * pattern of the bits before it. Every cell of the unit interval thus has its halves swapped or
 * not, so the sequence stays exactly as even as it was, and each point by itself is uniformly
 * random.
 *
 * @param bits of a coordinate, the highest the first after the point
 *
 * Source: Owen, "Randomly permuted (t,m,s)-nets and (t,s)-sequences", 1995, with hashed coins as in
 * Burley, "Practical hash-based Owen scrambling", JCGT 2020.
 */
function scrambled(bits: number, seed: number): number {
  let flips = 0
  for (let depth = 0; depth < BITS; depth++) {
    const before = depth === 0 ? 0 : bits >>> (BITS - depth)
    const coin = mixed(mixed((seed + Math.imul(depth, 0x9e3779b9)) | 0) ^ before) >>> 31
    flips |= coin << (BITS - 1 - depth)
  }
  return (bits ^ flips) >>> 0
}

/**
 * Every bit of the result depends on every bit of the word. Source: Appleby's MurmurHash3, its
 * 32-bit finaliser.
 */
function mixed(word: number): number {
  let h = word
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

const directionTable: Uint32Array[] = []

/** Direction numbers as integers of BITS bits, shape [dimensions][BITS]. */
function directionNumbers(dimensions: number): readonly Uint32Array[] {
  if (dimensions > SOBOL_DIMENSIONS)
    throw new RangeError(`the Sobol table has ${SOBOL_DIMENSIONS} dimensions, not ${dimensions}`)
  for (let dimension = directionTable.length; dimension < dimensions; dimension++)
    directionTable.push(makeDirections(dimension))
  return directionTable.slice(0, dimensions)
}

function makeDirections(dimension: number): Uint32Array {
  const v = new Uint32Array(BITS)
  if (dimension === 0) return v.map((_, k) => 2 ** (BITS - 1 - k))
  const [polynomial, initial] = DIRECTIONS[dimension - 1]!
  const degree = initial.length
  for (let k = 0; k < BITS; k++) {
    if (k < degree) {
      v[k] = initial[k]! * 2 ** (BITS - 1 - k)
      continue
    }
    let next = v[k - degree]! ^ (v[k - degree]! >>> degree)
    for (let j = 1; j < degree; j++) if ((polynomial >>> (degree - j)) & 1) next ^= v[k - j]!
    v[k] = next
  }
  return v
}
