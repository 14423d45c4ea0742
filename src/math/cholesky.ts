/**
 * Replaces a symmetric matrix by its lower Cholesky factor L, A = L Lᵀ. The upper triangle is left
 * as it was.
 *
 * @param a row-major, shape [n, n]; only the lower triangle is read
 * @param done so many of its first rows are rows of L already; a multiple of 4
 * @returns false when A is not positive definite; `a` is then spoilt
 */
export function factorise(a: Float64Array, n: number, done = 0): boolean {
  for (let first = done; first < n; first += 4) {
    const isFull = first + 4 <= n
    // Left of the diagonal a row of L solves L l = a for what is above it.
    if (isFull) solveLowerFour(a, n, a, first * n, n, 0, first)
    for (let i = first; i < Math.min(first + 4, n); i++)
      if (!factoriseRow(a, n, i, isFull ? first : 0)) return false
  }
  return true
}

/** What is left of a row of the factor from column `from` on, once all before is done. */
function factoriseRow(a: Float64Array, n: number, i: number, from: number): boolean {
  const row = i * n
  for (let j = from; j < i; j++) {
    const other = j * n
    a[row + j] = (a[row + j]! - dot(a, row, a, other, j)) / a[other + j]!
  }
  const pivot = a[row + i]! - dot(a, row, a, row, i)
  if (!(pivot > 0) || !Number.isFinite(pivot)) return false
  a[row + i] = Math.sqrt(pivot)
  return true
}

/**
 * Solves L x = b in place.
 *
 * @param at where in `b` the right side begins, n numbers
 * @param done so many of its numbers are solved for
 */
export function solveLower(
  l: Float64Array,
  n: number,
  b: Float64Array,
  at = 0,
  done = 0,
): Float64Array {
  let i = done
  // Four rows share what they read of b.
  for (; i + 4 <= n; i += 4) {
    const row0 = i * n
    const row1 = row0 + n
    const row2 = row1 + n
    const row3 = row2 + n
    let b0 = b[at + i]!
    let b1 = b[at + i + 1]!
    let b2 = b[at + i + 2]!
    let b3 = b[at + i + 3]!
    for (let k = 0; k < i; k++) {
      const x = b[at + k]!
      b0 -= l[row0 + k]! * x
      b1 -= l[row1 + k]! * x
      b2 -= l[row2 + k]! * x
      b3 -= l[row3 + k]! * x
    }
    b[at + i] = b0 /= l[row0 + i]!
    b[at + i + 1] = b1 = (b1 - l[row1 + i]! * b0) / l[row1 + i + 1]!
    b[at + i + 2] = b2 = (b2 - l[row2 + i]! * b0 - l[row2 + i + 1]! * b1) / l[row2 + i + 2]!
    b[at + i + 3] =
      (b3 - l[row3 + i]! * b0 - l[row3 + i + 1]! * b1 - l[row3 + i + 2]! * b2) / l[row3 + i + 3]!
  }
  for (; i < n; i++) b[at + i] = (b[at + i]! - dot(l, i * n, b, at, i)) / l[i * n + i]!
  return b
}

/**
 * Solves L x = b in place for four right sides at once, of which the numbers before `from` are zero
 * and those from `to` on are left as they are.
 *
 * Two rows of L meet four right sides: eight products for six numbers read, where one row and one
 * right side make one for two.
 *
 * @param at where in `b` the first right side begins, the others `stride` further each
 */
export function solveLowerFour(
  l: Float64Array,
  n: number,
  b: Float64Array,
  at: number,
  stride: number,
  from: number,
  to: number,
): void {
  const at1 = at + stride
  const at2 = at1 + stride
  const at3 = at2 + stride
  let i = from
  for (; i + 1 < to; i += 2) {
    const row = i * n
    const next = row + n
    let u0 = b[at + i]!
    let u1 = b[at1 + i]!
    let u2 = b[at2 + i]!
    let u3 = b[at3 + i]!
    let v0 = b[at + i + 1]!
    let v1 = b[at1 + i + 1]!
    let v2 = b[at2 + i + 1]!
    let v3 = b[at3 + i + 1]!
    for (let k = from; k < i; k++) {
      const upper = l[row + k]!
      const lower = l[next + k]!
      let x = b[at + k]!
      u0 -= upper * x
      v0 -= lower * x
      x = b[at1 + k]!
      u1 -= upper * x
      v1 -= lower * x
      x = b[at2 + k]!
      u2 -= upper * x
      v2 -= lower * x
      x = b[at3 + k]!
      u3 -= upper * x
      v3 -= lower * x
    }
    const upper = 1 / l[row + i]!
    const lower = 1 / l[next + i + 1]!
    const between = l[next + i]!
    b[at + i] = u0 *= upper
    b[at1 + i] = u1 *= upper
    b[at2 + i] = u2 *= upper
    b[at3 + i] = u3 *= upper
    b[at + i + 1] = (v0 - between * u0) * lower
    b[at1 + i + 1] = (v1 - between * u1) * lower
    b[at2 + i + 1] = (v2 - between * u2) * lower
    b[at3 + i + 1] = (v3 - between * u3) * lower
  }
  if (i >= to) return
  const row = i * n
  for (let side = 0, start = at; side < 4; side++, start += stride)
    b[start + i] = (b[start + i]! - dot(l, row + from, b, start + from, i - from)) / l[row + i]!
}

/** Solves Lᵀ x = b in place. @param b shape [n] */
export function solveLowerTransposed(l: Float64Array, n: number, b: Float64Array): Float64Array {
  let i = n - 1
  for (; i > 0; i -= 2) {
    const row = i * n
    const above = row - n
    const x = b[i]! / l[row + i]!
    const y = (b[i - 1]! - l[row + i - 1]! * x) / l[above + i - 1]!
    b[i] = x
    b[i - 1] = y
    for (let k = 0; k < i - 1; k++) b[k]! -= l[row + k]! * x + l[above + k]! * y
  }
  if (i === 0) b[0]! /= l[0]!
  return b
}

/** ½ log |A|, from A's factor. */
export function halfLogDeterminant(l: Float64Array, n: number): number {
  let sum = 0
  for (let i = 0; i < n; i++) sum += Math.log(l[i * n + i]!)
  return sum
}

/**
 * Lower triangle of A⁻¹ from A's factor; the upper triangle is zero. Shape [n, n].
 *
 * @param memory `work` and `result` to compute in, shape [n, n], from an earlier call or zero
 */
export function inverse(
  l: Float64Array,
  n: number,
  { work: w, result } = { work: new Float64Array(n * n), result: new Float64Array(n * n) },
): Float64Array {
  // Rows of Wᵀ, W = L⁻¹: row j holds W's column j, so that the products below run over contiguous
  // memory.
  w.fill(0)
  for (let j = 0; j < n; j++) w[j * n + j] = 1
  let j = 0
  for (; j + 4 <= n; j += 4) solveLowerFour(l, n, w, j * n, n, j, n)
  for (; j < n; j++) {
    for (let i = j; i < n; i++)
      w[j * n + i] = (w[j * n + i]! - dot(l, i * n + j, w, j * n + j, i - j)) / l[i * n + i]!
  }
  for (let i = 0; i < n; i += 2) {
    for (let j = 0; j <= i; j += 2) productPair(w, n, i, j, result)
  }
  return result
}

/**
 * W Wᵀ where the rows i, i + 1 meet the columns j, j + 1, on and below the diagonal. @param w upper
 * triangular, shape [n, n]
 */
function productPair(w: Float64Array, n: number, i: number, j: number, result: Float64Array): void {
  const at = i * n
  const other = j * n
  if (i + 1 === n) {
    for (let c = j; c <= Math.min(i, j + 1); c++) result[at + c] = w[at + i]! * w[c * n + i]!
    return
  }
  let s00 = 0
  let s01 = 0
  let s10 = 0
  let s11 = 0
  for (let k = i; k < n; k++) {
    const a = w[at + k]!
    const b = w[at + n + k]!
    const c = w[other + k]!
    const d = w[other + n + k]!
    s00 += a * c
    s01 += a * d
    s10 += b * c
    s11 += b * d
  }
  result[at + j] = s00
  if (i > j) result[at + j + 1] = s01
  result[at + n + j] = s10
  result[at + n + j + 1] = s11
}

/**
 * Inner product of `length` numbers from `atA` and from `atB` on. Four sums at once: one would wait
 * for itself at each step.
 */
export function dot(
  a: Float64Array,
  atA: number,
  b: Float64Array,
  atB: number,
  length: number,
): number {
  let s0 = 0
  let s1 = 0
  let s2 = 0
  let s3 = 0
  let k = 0
  for (; k + 3 < length; k += 4) {
    s0 += a[atA + k]! * b[atB + k]!
    s1 += a[atA + k + 1]! * b[atB + k + 1]!
    s2 += a[atA + k + 2]! * b[atB + k + 2]!
    s3 += a[atA + k + 3]! * b[atB + k + 3]!
  }
  for (; k < length; k++) s0 += a[atA + k]! * b[atB + k]!
  return s0 + s1 + (s2 + s3)
}
