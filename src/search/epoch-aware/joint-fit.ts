import { minimise } from '../../math/lbfgs.js'
import { defaultPriors, type Prior } from '../gaussian-process/fit.js'
import { conditionJoint, type Joint, type JointParameters, type Readings } from './joint.js'
import { jointLikelihood } from './joint-likelihood.js'

const NAMES = ['final', 'common', 'near', 'reach', 'time', 'noise'] as const

/**
 * Normal priors on the logarithms: means and deviations of what the likelihood chose on learning
 * curves of sixteen tasks (eight data sets, two and seven parameters searched), the deviations
 * rounded up.
 */
const PRIORS: Readonly<Record<(typeof NAMES)[number], Prior>> = {
  final: { mean: 0.6, deviation: 0.6 },
  common: { mean: -0.6, deviation: 1.2 },
  near: { mean: 0.3, deviation: 0.9 },
  reach: { mean: -0.3, deviation: 0.5 },
  time: { mean: -0.4, deviation: 0.4 },
  noise: { mean: -7, deviation: 2 },
}

/**
 * The joint model at the parameters of highest posterior density.
 *
 * @param learned the readings that the parameters are learned from
 * @param all the readings that the model is conditioned on
 * @param lengthIndex for each column, the index of its length; shape [columns]
 */
export function fitJoint(
  learned: Readings,
  all: Readings,
  lengthIndex: Int32Array,
  lengths: number,
): Joint {
  const priors = [
    ...NAMES.map(name => PRIORS[name]),
    ...Array.from({ length: lengths }, () => defaultPriors(lengths).length),
  ]
  const box = {
    lower: priors.map(({ mean, deviation }) => mean - 3 * deviation),
    upper: priors.map(({ mean, deviation }) => mean + 3 * deviation),
  }
  const objective = (theta: Float64Array, gradient: Float64Array): number => {
    const likelihood = jointLikelihood(learned, jointParameters(theta, lengthIndex))
    if (!likelihood) return Infinity
    gradient.fill(0)
    NAMES.forEach((name, i) => (gradient[i] = -likelihood.gradient[name]))
    lengthIndex.forEach(
      (length, column) => (gradient[NAMES.length + length]! -= likelihood.gradient.length[column]!),
    )
    return priors.reduce((sum, { mean, deviation }, i) => {
      const z = (theta[i]! - mean) / deviation
      gradient[i]! += z / deviation
      return sum + 0.5 * z * z
    }, -likelihood.value)
  }
  const { x } = minimise(
    objective,
    priors.map(({ mean }) => mean),
    box,
    { iterations: 30, tolerance: 0.02 },
  )
  return conditionJointSafely(all, jointParameters(x, lengthIndex))
}

/**
 * As `conditionJoint`; where the covariance is singular in double precision, noise is raised until
 * it is not.
 */
export function conditionJointSafely(readings: Readings, parameters: JointParameters): Joint {
  for (let noise = parameters.noise; ; noise = 10 * noise + 1e-12) {
    const joint = conditionJoint(readings, { ...parameters, noise })
    if (joint) return joint
  }
}

function jointParameters(theta: Float64Array, lengthIndex: Int32Array): JointParameters {
  const [final, common, near, reach, time, noise] = Array.from(
    theta.subarray(0, NAMES.length),
    Math.exp,
  ) as [number, number, number, number, number, number]
  return {
    final,
    common,
    near,
    reach,
    time,
    noise,
    inverseLength: Float64Array.from(lengthIndex, length =>
      Math.exp(-theta[NAMES.length + length]!),
    ),
  }
}
