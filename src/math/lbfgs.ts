/**
 * Writes the gradient at `x` into `gradient` and returns the value there; Infinity where there is
 * none.
 */
export type Objective = (x: Float64Array, gradient: Float64Array) => number

export interface Box {
  readonly lower: ArrayLike<number>
  readonly upper: ArrayLike<number>
}

export interface LbfgsOptions {
  readonly iterations: number
  /** Ends when no coordinate of the projected gradient is larger. */
  readonly tolerance: number
  /** Ends also when a step lowers the value by no more; by default at what is lost in rounding. */
  readonly gain?: number
}

const MEMORY = 8
const SUFFICIENT_DECREASE = 1e-4

/**
 * Local minimum in a box by limited-memory BFGS; coordinates at a bound that the gradient pushes
 * outwards are held there.
 *
 * Deterministic. Never returns a point worse than `start`.
 *
 * Source: Nocedal & Wright, "Numerical Optimization", 2nd ed., algorithms 7.4 and 3.1; the active
 * set as in Bertsekas, "Projected Newton methods for optimization problems with simple
 * constraints", SIAM J. Control 1982.
 */
export function minimise(
  objective: Objective,
  start: ArrayLike<number>,
  { lower, upper }: Box,
  { iterations, tolerance, gain: least = 0 }: LbfgsOptions,
): { x: Float64Array; value: number } {
  const n = start.length
  let x = Float64Array.from(start, (value, i) => clamp(value, lower[i]!, upper[i]!))
  let gradient = new Float64Array(n)
  let value = objective(x, gradient)
  const steps: Float64Array[] = []
  const changes: Float64Array[] = []
  for (let iteration = 0; iteration < iterations && Number.isFinite(value); iteration++) {
    const free = Array.from(
      x,
      (at, i) => !((at <= lower[i]! && gradient[i]! > 0) || (at >= upper[i]! && gradient[i]! < 0)),
    )
    if (!gradient.some((derivative, i) => free[i] && Math.abs(derivative) > tolerance)) break
    let direction = twoLoop(gradient, free, steps, changes)
    const derivative = dot(direction, gradient)
    if (!(derivative < 0)) {
      steps.length = changes.length = 0
      direction = gradient.map((g, i) => (free[i] ? -g : 0))
    }
    // The first step has no curvature to go by: do not leave the neighbourhood.
    const first = steps.length === 0 ? Math.min(1, 1 / Math.max(...direction.map(Math.abs))) : 1
    const next = backtrack(objective, x, value, gradient, direction, first, lower, upper)
    if (!next) {
      if (steps.length === 0) break
      steps.length = changes.length = 0
      continue
    }
    const step = next.x.map((at, i) => at - x[i]!)
    const change = next.gradient.map((g, i) => g - gradient[i]!)
    if (dot(step, change) > 1e-12 * Math.sqrt(dot(step, step) * dot(change, change))) {
      steps.push(step)
      changes.push(change)
      if (steps.length > MEMORY) {
        steps.shift()
        changes.shift()
      }
    }
    const gain = value - next.value
    ;({ x, value, gradient } = next)
    if (gain <= Math.max(least, 1e-12 * Math.max(1, Math.abs(value)))) break
  }
  return { x, value }
}

/** −H g over the free coordinates. */
function twoLoop(
  gradient: Float64Array,
  free: readonly boolean[],
  steps: readonly Float64Array[],
  changes: readonly Float64Array[],
): Float64Array {
  const q = gradient.map((g, i) => (free[i] ? g : 0))
  const alphas: number[] = []
  for (let k = steps.length - 1; k >= 0; k--) {
    const alpha = dot(steps[k]!, q) / dot(steps[k]!, changes[k]!)
    alphas[k] = alpha
    axpy(q, -alpha, changes[k]!)
  }
  const last = steps.length - 1
  if (last >= 0) scale(q, dot(steps[last]!, changes[last]!) / dot(changes[last]!, changes[last]!))
  for (let k = 0; k < steps.length; k++) {
    const beta = dot(changes[k]!, q) / dot(steps[k]!, changes[k]!)
    axpy(q, alphas[k]! - beta, steps[k]!)
  }
  return q.map((d, i) => (free[i] ? -d : 0))
}

function backtrack(
  objective: Objective,
  x: Float64Array,
  value: number,
  gradient: Float64Array,
  direction: Float64Array,
  first: number,
  lower: ArrayLike<number>,
  upper: ArrayLike<number>,
):
  { x: Float64Array<ArrayBuffer>; value: number; gradient: Float64Array<ArrayBuffer> } | undefined {
  for (let length = first, tries = 0; tries < 25; tries++) {
    const to = Float64Array.from(x, (at, i) =>
      clamp(at + length * direction[i]!, lower[i]!, upper[i]!),
    )
    const derivative = to.reduce((sum, at, i) => sum + (at - x[i]!) * gradient[i]!, 0)
    const there = new Float64Array(x.length)
    const reached = objective(to, there)
    if (reached <= value + SUFFICIENT_DECREASE * derivative && derivative < 0)
      return { x: to, value: reached, gradient: there }
    // The minimum of the parabola through value, derivative and the point tried, kept inside a
    // tenth and a half of the step.
    const parabola = Number.isFinite(reached)
      ? -derivative / (2 * (reached - value - derivative))
      : 0.1
    length *= Math.min(0.5, Math.max(0.1, parabola))
  }
  return undefined
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}

function axpy(y: Float64Array, a: number, x: Float64Array): void {
  for (let i = 0; i < y.length; i++) y[i]! += a * x[i]!
}

function scale(x: Float64Array, a: number): void {
  for (let i = 0; i < x.length; i++) x[i]! *= a
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high)
}
