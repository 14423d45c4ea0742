/**
 * Eigenvalues, and the unit eigenvectors as the columns of `vectors`, row-major of shape [n, n]; in
 * no order.
 */
export interface Eigen {
  readonly values: Float64Array
  readonly vectors: Float64Array
}

const SWEEPS = 60

/**
 * Eigenvalues and eigenvectors of a symmetric matrix by cyclic Jacobi rotations: exact to rounding,
 * and quick for the few dozen rows it is meant for.
 *
 * @param matrix row-major, shape [n, n]; left as it is
 *
 * Source: Golub & Van Loan, "Matrix computations", 4th ed., section 8.5.
 */
export function symmetricEigen(matrix: Float64Array, n: number): Eigen {
  const a = matrix.slice()
  const vectors = new Float64Array(n * n)
  for (let i = 0; i < n; i++) vectors[i * n + i] = 1
  const least = 1e-32 * a.reduce((sum, value) => sum + value * value, 0)
  for (let sweep = 0; sweep < SWEEPS && offDiagonal(a, n) > least; sweep++) {
    for (let p = 0; p < n - 1; p++) for (let q = p + 1; q < n; q++) rotate(a, vectors, n, p, q)
  }
  return { values: Float64Array.from({ length: n }, (_, i) => a[i * n + i]!), vectors }
}

/** Sum of squares above the diagonal. */
function offDiagonal(a: Float64Array, n: number): number {
  let sum = 0
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) sum += a[i * n + j]! ** 2
  return sum
}

/** A ← Jᵀ A J and V ← V J with the rotation J in the plane (p, q) that makes A[p, q] zero. */
function rotate(a: Float64Array, v: Float64Array, n: number, p: number, q: number): void {
  const apq = a[p * n + q]!
  if (apq === 0) return
  const tau = (a[q * n + q]! - a[p * n + p]!) / (2 * apq)
  const t = (tau >= 0 ? 1 : -1) / (Math.abs(tau) + Math.hypot(1, tau))
  const c = 1 / Math.hypot(1, t)
  const s = t * c
  for (let k = 0; k < n; k++) turn(a, k * n + p, k * n + q, c, s)
  for (let k = 0; k < n; k++) turn(a, p * n + k, q * n + k, c, s)
  for (let k = 0; k < n; k++) turn(v, k * n + p, k * n + q, c, s)
}

function turn(m: Float64Array, i: number, j: number, c: number, s: number): void {
  const [x, y] = [m[i]!, m[j]!]
  m[i] = c * x - s * y
  m[j] = s * x + c * y
}
