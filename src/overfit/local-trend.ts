/**
 * A learning curve as a state-space model: log loss = level + noise, seen once an epoch.
 *
 * The level's slope is an Ornstein–Uhlenbeck process in the logarithm of the epoch, the clock on
 * which learning curves of any length look alike (a power law is a straight line on it); the noise
 * is a first-order autoregression.
 *
 * Source: Durbin & Koopman, "Time Series Analysis by State Space Methods", 2nd ed., sections 4.3
 * (filter) and 4.4 (smoother).
 */
export interface Trend {
  /** Standard deviation of the slope: nats of log loss per unit of log epoch. */
  readonly pace: number
  /** Standard deviation of the noise in the log loss. */
  readonly noise: number
}

/** State of the filter after an epoch: means and covariances of level, slope and noise. */
export interface FilterState {
  readonly level: number
  readonly slope: number
  readonly levelVariance: number
  readonly slopeVariance: number
  readonly covariance: number
}

export interface Filtered {
  readonly trend: Trend
  /** Logarithm of the density of all observations. */
  readonly logLikelihood: number
  readonly last: FilterState
  /** Per epoch, what the smoother needs: see `STRIDE`. Empty unless recorded. */
  readonly tape: Float64Array
}

export interface Smoothed {
  /** Mean and variance of the log loss without its noise, per epoch, given all epochs. */
  readonly mean: Float64Array
  readonly variance: Float64Array
}

/**
 * Log epochs over which a slope is forgotten: 1 / 0.5, a factor of seven in epochs. Measured: 0.3
 * to 1 forecast equally well, 0.2 and 2 worse.
 */
export const REVERSION = 0.5
/**
 * The noise of neighboring epochs correlates: similar weights are measured on the same examples.
 */
export const PERSISTENCE = 0.5

/**
 * Predicted level, its covariances with level, slope and noise, innovation, its variance,
 * covariances of the observation with the state.
 */
const STRIDE = 9

/**
 * Runs the filter over `y`, log losses of epochs 1, 2, …; at least one.
 *
 * @param record store the values that `smoothTrend` needs; most fits need the likelihood alone
 */
export function filterTrend(trend: Trend, y: ArrayLike<number>, record: boolean): Filtered {
  const { pace, noise } = trend
  const n = y.length
  const tape = new Float64Array(record ? n * STRIDE : 0)
  const q2 = pace * pace
  const s2 = noise * noise
  // Prior before the first epoch: any level, and a slope of minus one pace, with a deviation of one
  // pace.
  let a0 = y[0]!
  let a1 = -pace
  let a2 = 0
  let p00 = 4 * Math.max(1, q2)
  let p01 = 0
  let p02 = 0
  let p11 = q2
  let p12 = 0
  let p22 = s2
  let logLikelihood = 0
  for (let t = 0; t < n; t++) {
    if (t > 0) {
      const step = stepAfter(t)
      const { keep, carry } = step
      a0 += carry * a1
      a1 *= keep
      a2 *= PERSISTENCE
      p00 += 2 * carry * p01 + carry * carry * p11 + q2 * step.level
      p01 = keep * (p01 + carry * p11) + q2 * step.cross
      p02 = PERSISTENCE * (p02 + carry * p12)
      p11 = keep * keep * p11 + q2 * step.slope
      p12 *= keep * PERSISTENCE
      p22 = PERSISTENCE * PERSISTENCE * p22 + s2 * (1 - PERSISTENCE * PERSISTENCE)
    }
    const g0 = p00 + p02
    const g1 = p01 + p12
    const g2 = p02 + p22
    const variance = g0 + g2 + 1e-12
    const surprise = y[t]! - a0 - a2
    logLikelihood -= 0.5 * (Math.log(2 * Math.PI * variance) + (surprise * surprise) / variance)
    if (record) {
      const at = t * STRIDE
      tape[at] = a0
      tape[at + 1] = p00
      tape[at + 2] = p01
      tape[at + 3] = p02
      tape[at + 4] = surprise
      tape[at + 5] = variance
      tape[at + 6] = g0
      tape[at + 7] = g1
      tape[at + 8] = g2
    }
    const gain = 1 / variance
    a0 += g0 * gain * surprise
    a1 += g1 * gain * surprise
    a2 += g2 * gain * surprise
    p00 -= g0 * g0 * gain
    p01 -= g0 * g1 * gain
    p02 -= g0 * g2 * gain
    p11 -= g1 * g1 * gain
    p12 -= g1 * g2 * gain
    p22 -= g2 * g2 * gain
  }
  return {
    trend,
    logLikelihood,
    tape,
    last: {
      level: a0,
      slope: a1,
      levelVariance: Math.max(p00, 0),
      slopeVariance: Math.max(p11, 0),
      covariance: p01,
    },
  }
}

/** The level at each epoch given all of them, by the backward recursion of r and N. */
export function smoothTrend({ tape }: Filtered): Smoothed {
  const n = tape.length / STRIDE
  const mean = new Float64Array(n)
  const variance = new Float64Array(n)
  let [r0, r1, r2] = [0, 0, 0]
  // N, symmetric.
  let [n00, n01, n02, n11, n12, n22] = [0, 0, 0, 0, 0, 0]
  for (let t = n - 1; t >= 0; t--) {
    if (t < n - 1) {
      const { keep, carry } = stepAfter(t + 1)
      r1 = carry * r0 + keep * r1
      r2 *= PERSISTENCE
      n22 *= PERSISTENCE * PERSISTENCE
      n12 = PERSISTENCE * (carry * n02 + keep * n12)
      n02 *= PERSISTENCE
      n11 = carry * carry * n00 + 2 * carry * keep * n01 + keep * keep * n11
      n01 = carry * n00 + keep * n01
    }
    const at = t * STRIDE
    const g0 = tape[at + 6]!
    const g1 = tape[at + 7]!
    const g2 = tape[at + 8]!
    const inverse = 1 / tape[at + 5]!
    // r ← Z v / F + (I − Z g' / F) r, with Z = (1, 0, 1): only its first and third entries change.
    const pull = (tape[at + 4]! - (g0 * r0 + g1 * r1 + g2 * r2)) * inverse
    r0 += pull
    r2 += pull
    // N ← Z Z' / F + M N M', M = I − Z g' / F: with w = N g and c = g' w, N − (Z w' + w Z') / F + Z
    // Z' (c / F² + 1 / F).
    const w0 = n00 * g0 + n01 * g1 + n02 * g2
    const w1 = n01 * g0 + n11 * g1 + n12 * g2
    const w2 = n02 * g0 + n12 * g1 + n22 * g2
    const both = ((g0 * w0 + g1 * w1 + g2 * w2) * inverse + 1) * inverse
    n00 += both - 2 * w0 * inverse
    n01 -= w1 * inverse
    n02 += both - (w0 + w2) * inverse
    n12 -= w1 * inverse
    n22 += both - 2 * w2 * inverse
    const p00 = tape[at + 1]!
    const p01 = tape[at + 2]!
    const p02 = tape[at + 3]!
    mean[t] = tape[at]! + p00 * r0 + p01 * r1 + p02 * r2
    const spread =
      p00 * p00 * n00 +
      p01 * p01 * n11 +
      p02 * p02 * n22 +
      2 * (p00 * p01 * n01 + p00 * p02 * n02 + p01 * p02 * n12)
    variance[t] = Math.max(p00 - spread, 0)
  }
  return { mean, variance }
}

export interface Step {
  /** Share of the slope that remains after the step, and the share that the level gains. */
  readonly keep: number
  readonly carry: number
  /** Variances and covariance that the step adds to level and slope, for a pace of 1. */
  readonly level: number
  readonly cross: number
  readonly slope: number
}

const steps: Step[] = []

/** From an epoch to the next one; computed once, because it is the same for every curve. */
function stepAfter(epoch: number): Step {
  return (steps[epoch] ??= trendStep(epoch, epoch + 1))
}

/**
 * From the end of one epoch to the end of a later one: the exact discretisation of an integrated
 * Ornstein–Uhlenbeck process.
 */
export function trendStep(from: number, to: number): Step {
  const time = Math.log(to / from)
  const k = REVERSION
  const keep = Math.exp(-k * time)
  const carry = (1 - keep) / k
  return {
    keep,
    carry,
    slope: 1 - keep * keep,
    cross: (1 - keep) ** 2 / k,
    level: Math.max(0, (2 * time) / k - (4 * (1 - keep)) / (k * k) + (1 - keep * keep) / (k * k)),
  }
}
