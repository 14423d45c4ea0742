/**
 * Replaces a symmetric matrix by its lower Cholesky factor L, A = L Lᵀ. The upper triangle is left as it was.
 *
 * @param a row-major, shape [n, n]; only the lower triangle is read
 * @returns false when A is not positive definite; `a` is then spoilt
 */
export function factorise(a: Float64Array, n: number): boolean {
  for (let i = 0; i < n; i++) {
    if (!factoriseRow(a, n, i)) return false
  }
  return true
}

/** One row of the factor, from the rows above it; growing a matrix by a row costs n² instead of n³. */
export function factoriseRow(a: Float64Array, n: number, i: number): boolean {
  const row = i * n
  for (let j = 0; j < i; j++) {
    const other = j * n
    a[row + j] = (a[row + j]! - dot(a, row, a, other, j)) / a[other + j]!
  }
  const pivot = a[row + i]! - dot(a, row, a, row, i)
  if (!(pivot > 0) || !Number.isFinite(pivot)) return false
  a[row + i] = Math.sqrt(pivot)
  return true
}

/** Solves L x = b in place. @param b shape [n] */
export function solveLower(l: Float64Array, n: number, b: Float64Array, size = n): Float64Array {
  for (let i = 0; i < size; i++) {
    const row = i * n
    b[i] = (b[i]! - dot(l, row, b, 0, i)) / l[row + i]!
  }
  return b
}

/** Solves Lᵀ x = b in place. @param b shape [n] */
export function solveLowerTransposed(l: Float64Array, n: number, b: Float64Array, size = n): Float64Array {
  for (let i = size - 1; i >= 0; i--) {
    const row = i * n
    const x = b[i]! / l[row + i]!
    b[i] = x
    for (let k = 0; k < i; k++) b[k]! -= l[row + k]! * x
  }
  return b
}

/** ½ log |A|, from A's factor. */
export function halfLogDeterminant(l: Float64Array, n: number): number {
  let sum = 0
  for (let i = 0; i < n; i++) sum += Math.log(l[i * n + i]!)
  return sum
}

/** Lower triangle of A⁻¹ from A's factor; the upper triangle is zero. Shape [n, n]. */
export function inverse(l: Float64Array, n: number): Float64Array {
  // Rows of Wᵀ, W = L⁻¹: row j holds W's column j, so that the products below run over contiguous memory.
  const w = new Float64Array(n * n)
  for (let j = 0; j < n; j++) {
    w[j * n + j] = 1 / l[j * n + j]!
    for (let i = j + 1; i < n; i++) {
      w[j * n + i] = -dot(l, i * n + j, w, j * n + j, i - j) / l[i * n + i]!
    }
  }
  const result = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      result[i * n + j] = dot(w, i * n + i, w, j * n + i, n - i)
    }
  }
  return result
}

/** Inner product of `length` numbers from `atA` and from `atB` on. Four sums at once: one would wait for itself at each step. */
export function dot(a: Float64Array, atA: number, b: Float64Array, atB: number, length: number): number {
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
