import type { Params, Space } from '../../space/parameter.js'
import type { EvaluatedCurve } from '../contract/sampler.js'
import { encodeAll } from './encoding.js'
import { fitModel } from './model.js'
import { predict } from './process.js'

/**
 * The loss that a Gaussian process over the final losses expects of configurations: under noise the
 * luckiest measurement is not the best trial.
 *
 * @param observed trials that the process is conditioned on, at least two, each inside the space
 * @param points configurations inside the space
 * @param seed of the study
 * @returns posterior means in units of the loss, shape [points]
 */
export function posteriorLosses(
  space: Space,
  observed: readonly EvaluatedCurve[],
  points: readonly Params[],
  seed: number,
): readonly number[] {
  const { model, encoding, standard } = fitModel(space, observed, seed)
  const { columns } = model.data
  const encoded = encodeAll(encoding, points)
  return points.map((_, i) =>
    standard.backward(predict(model, encoded.subarray(i * columns, (i + 1) * columns)).mean),
  )
}
