import type { HostTensor, Named } from '../../compile/program.js'
import type { Batch } from '../data/batches.js'

/**
 * A batch as a program of training or evaluation takes it.
 *
 * @param targets as `targetsOf` gives it: then it comes with the places of its trained targets alone
 */
export function batchInputs({ tokens, weights, rows, length }: Batch, targets?: number): Named<HostTensor> {
  const given = { tokens: { shape: [rows, length + 1], dtype: 'int32' as const, data: tokens } }
  if (targets === undefined) return { ...given, trained: { shape: [rows, length], dtype: 'float32', data: weights } }
  const places = new Int32Array(targets)
  const counted = new Float32Array(targets)
  let next = 0
  weights.forEach((weight, place) => {
    if (weight === 0) return
    places[next] = place
    counted[next++] = weight
  })
  return { ...given, places: { shape: [targets], dtype: 'int32', data: places }, counted: { shape: [targets], dtype: 'float32', data: counted } }
}

/**
 * How many targets a program is made for that learns from these batches: enough for the trained ones of each, in quarters of all,
 * so that few programs are made.
 *
 * @param batches of one shape
 * @returns undefined where it is all of them
 */
export function targetsOf(batches: readonly Batch[]): number | undefined {
  const most = Math.max(...batches.map(({ weights }) => weights.reduce((count, weight) => count + Number(weight !== 0), 0)))
  const all = batches[0]!.weights.length
  const quarter = Math.ceil(all / 4)
  const targets = quarter * Math.max(1, Math.ceil(most / quarter))
  return targets < all ? targets : undefined
}
