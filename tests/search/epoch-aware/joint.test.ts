import { describe, expect, it } from 'vitest'
import { keyedUniform } from '../../../src/math/random.js'
import { condition, predict } from '../../../src/search/gaussian-process/process.js'
import { curveAt } from '../../../src/search/epoch-aware/curve-posterior.js'
import {
  conditionJoint,
  epochMoment,
  type JointParameters,
  type Readings,
} from '../../../src/search/epoch-aware/joint.js'
import { jointLikelihood } from '../../../src/search/epoch-aware/joint-likelihood.js'
import { finalPrediction } from '../../../src/search/epoch-aware/final-prediction.js'

const MAX = 20
const parameters: JointParameters = {
  final: 1.2,
  common: 0.4,
  near: 0.9,
  reach: 0.7,
  time: 0.5,
  noise: 0.01,
  inverseLength: Float64Array.of(1 / 0.4, 1 / 0.9),
}

/** Curves of six trials, read at 1, 4 and 20 epochs, or at fewer. */
function example(): Readings {
  const uniform = keyedUniform([4])
  const x = Float64Array.from({ length: 12 }, uniform)
  const trial = [0, 0, 0, 1, 1, 2, 3, 3, 3, 4, 5, 5]
  const moment = [0, 1, 2, 0, 1, 0, 0, 1, 2, 0, 0, 1]
  return {
    x,
    trials: 6,
    trial: Int32Array.from(trial),
    moment: Int32Array.from(moment),
    moments: [1, 4, 20].map(e => epochMoment(e, MAX)),
    y: Float64Array.from(trial, () => 4 * uniform() - 2),
  }
}

describe('joint model of configuration and epoch', () => {
  const names = ['final', 'common', 'near', 'reach', 'time', 'noise'] as const

  it.each(names)('knows how its likelihood changes with the logarithm of %s', name => {
    const readings = example()
    const at = (shift: number) =>
      jointLikelihood(readings, { ...parameters, [name]: parameters[name] * Math.exp(shift) })!
    expect(at(0).gradient[name]).toBeCloseTo((at(1e-5).value - at(-1e-5).value) / 2e-5, 5)
  })

  it('knows how its likelihood changes with each length', () => {
    const readings = example()
    for (const column of [0, 1]) {
      const at = (shift: number) =>
        jointLikelihood(readings, {
          ...parameters,
          inverseLength: parameters.inverseLength.map((inverse, c) =>
            c === column ? inverse * Math.exp(-shift) : inverse,
          ),
        })!
      expect(at(0).gradient.length[column]).toBeCloseTo(
        (at(1e-5).value - at(-1e-5).value) / 2e-5,
        5,
      )
    }
  })

  it('is the plain process where every trial was read at its last epoch only', () => {
    const { x, y } = example()
    const finals: Readings = {
      x,
      trials: 6,
      trial: Int32Array.of(0, 1, 2, 3, 4, 5),
      moment: new Int32Array(6),
      moments: [epochMoment(MAX, MAX)],
      y: y.subarray(0, 6),
    }
    const data = {
      X: x,
      y: finals.y,
      n: 6,
      columns: 2,
      lengthIndex: Int32Array.of(0, 1),
      lengths: 2,
    }
    const plain = condition(
      data,
      Float64Array.of(Math.log(1.2), Math.log(0.4), Math.log(0.9), Math.log(0.01)),
    )!
    const joint = conditionJoint(finals, parameters)!
    const point = Float64Array.of(0.3, 0.6)
    const expected = predict(plain, point)
    const { mean, variance } = finalPrediction(joint)(point)
    expect(mean).toBeCloseTo(expected.mean, 10)
    expect(variance).toBeCloseTo(expected.variance, 10)
  })

  it('predicts the same end of a curve from all readings as from their sums by trial', () => {
    const joint = conditionJoint(example(), parameters)!
    const point = Float64Array.of(0.7, 0.1)
    const { mean, covariance } = curveAt(joint, point, [epochMoment(4, MAX), epochMoment(MAX, MAX)])
    const folded = finalPrediction(joint)(point)
    expect(folded.mean).toBeCloseTo(mean[1]!, 10)
    expect(folded.variance).toBeCloseTo(covariance[3]!, 10)
  })

  it('is surer of the end of a curve the further it has come', () => {
    const { x } = example()
    const sure = [1, 4, 12].map(epoch => {
      const readings: Readings = {
        x,
        trials: 1,
        trial: Int32Array.of(0),
        moment: Int32Array.of(0),
        moments: [epochMoment(epoch, MAX)],
        y: Float64Array.of(0.5),
      }
      return curveAt(conditionJoint(readings, parameters)!, x.subarray(0, 2), [
        epochMoment(MAX, MAX),
      ]).covariance[0]!
    })
    expect(sure[0]!).toBeGreaterThan(sure[1]!)
    expect(sure[1]!).toBeGreaterThan(sure[2]!)
  })
})
