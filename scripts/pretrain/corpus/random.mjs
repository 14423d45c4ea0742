/**
 * A uniform stream on [0, 1) that depends on its key alone. 32 bits are plenty to choose words
 * with, and need no BigInt.
 *
 * Source: SplitMix32, after Steele, Lea & Flood, "Fast splittable pseudorandom number generators",
 * 2014; mixing constants of MurmurHash3.
 */
export function uniformOf(...key) {
  let state = key.reduce((hash, word) => mixed(hash ^ word) + 0x9e3779b9, 0) | 0
  return () => {
    state = (state + 0x9e3779b9) | 0
    return (mixed(state) >>> 0) / 2 ** 32
  }
}

function mixed(word) {
  let z = word ^ (word >>> 16)
  z = Math.imul(z, 0x85ebca6b)
  z ^= z >>> 13
  z = Math.imul(z, 0xc2b2ae35)
  return z ^ (z >>> 16)
}
