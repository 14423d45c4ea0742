import { DIRECTIONS } from './sobol-directions.js'

const BITS = 30

/** The most dimensions the table of direction numbers goes to. */
export const SOBOL_DIMENSIONS = DIRECTIONS.length + 1

/**
 * Points of the Sobol sequence in the unit cube, from the origin on, in Gray-code order.
 *
 * @param dimensions at most SOBOL_DIMENSIONS
 * @param shift shape [dimensions], in [0, 1): added modulo 1 bit by bit (digital shift), which keeps the sequence's
 *              evenness and frees it from the origin; none by default
 * @throws RangeError for too many dimensions
 *
 * Source: Bratley & Fox, "Algorithm 659", ACM TOMS 1988, with the recurrence of Antonov & Saleev 1979.
 */
export function* sobol(dimensions: number, shift?: readonly number[]): Generator<number[]> {
  if (dimensions > SOBOL_DIMENSIONS) throw new RangeError(`the Sobol table has ${SOBOL_DIMENSIONS} dimensions, not ${dimensions}`)
  const directions = Array.from({ length: dimensions }, (_, i) => directionsOf(i))
  const state = Array.from({ length: dimensions }, (_, i) => Math.floor((shift?.[i] ?? 0) * 2 ** BITS))
  for (let index = 0; index < 2 ** BITS - 1; index++) {
    yield state.map(bits => bits / 2 ** BITS)
    // The lowest zero bit of the index says which direction number changes.
    const bit = 31 - Math.clz32(~index & (index + 1))
    for (let i = 0; i < dimensions; i++) state[i]! ^= directions[i]![bit]!
  }
}

/** Direction numbers of one dimension as integers of BITS bits, shape [BITS]. */
function directionsOf(dimension: number): Uint32Array {
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
