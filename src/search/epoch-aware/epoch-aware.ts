import { latinHypercube } from '../../math/latin-hypercube.js'
import type { Curve } from '../../record/curve.js'
import { defineStrategy } from '../../settings/define-strategy.js'
import type { Space } from '../../space/parameter.js'
import { paramsAt } from '../../space/transform.js'
import { figure } from '../../util/figure.js'
import type { Allocation, AllocationRequest, Allocator } from '../contract/allocator.js'
import { mostPromising, type PricedTrial } from './priced-trials.js'
import { fitStudyModel, type StudyModel } from './study-model.js'

const DESIGN_PURPOSE = 0x6c68

/**
 * Buys epochs one stage at a time. Every epoch's loss is evidence, a paused trial and a new one
 * compete for the same budget, and the purchase is the one with the most expected improvement an
 * epoch.
 *
 * No trial is ever stopped for its rank among others: on some tasks the early ranking is the
 * reverse of the final one. A trial that others overtake just waits; if its price becomes the best
 * again, it is resumed.
 */
export const epochAware = defineStrategy({
  name: 'epoch-aware',
  summary: {
    en: 'pauses and resumes trials: each epoch goes to the trial that promises most',
    zh: '逐 epoch 分配预算：可暂停和恢复试验，每个 epoch 都用在最有希望的试验上',
  },
  options: [
    {
      name: 'initial',
      type: 'int',
      min: 1,
      max: Number.MAX_SAFE_INTEGER,
      default: 4,
      help: {
        en: 'trials spread over the space and run to their end before the model is used',
        zh: '启用模型之前，均匀分布在搜索空间中并训练到底的试验数',
      },
    },
  ],
  create: ({ initial }): Allocator => ({
    name: 'epoch-aware',
    allocate(space, trials, request) {
      const { seed, maxEpochs, firstPointCount = 0 } = request
      const place = trials.length - firstPointCount
      if (place >= initial) return allocate(space, trials, request)
      const design = latinHypercube(initial, space.length, [seed, DESIGN_PURPOSE])
      const text =
        `initial trial ${place + 1} of ${initial}, ` +
        'spread over the space and trained to the end, before the model is used'
      return spreadOut(space, design[place]!, maxEpochs, text)
    },
  }),
})

function allocate(space: Space, trials: readonly Curve[], request: AllocationRequest): Allocation {
  const { seed, step, maxEpochs, remaining = Infinity } = request
  const model = fitStudyModel(space, trials, maxEpochs)
  if (model) {
    const chosen = mostPromising(space, trials, model, request)
    return chosen
      ? purchase(chosen, model, request)
      : { kind: 'exhausted', reason: 'every configuration was tried, and no trial can continue' }
  }
  const key = [seed, step, DESIGN_PURPOSE]
  const design = latinHypercube(trials.length + 1, space.length, key)
  return spreadOut(
    space,
    design[trials.length]!,
    Math.min(maxEpochs, remaining),
    'spread over the space: no trial has a loss yet',
  )
}

/** The chosen trial up to its next stage; none if its gain is below the least one. */
function purchase(
  { posterior, ahead, stage, trial, params }: PricedTrial,
  { curves, standard, best }: StudyModel,
  { maxEpochs, minGainPerEpoch }: AllocationRequest,
): Allocation {
  const epochs = ahead[stage.stage]!
  const last = ahead.length - 1
  const mean = posterior.mean[last]!
  const deviation = Math.sqrt(Math.max(0, posterior.covariance[last * ahead.length + last]!))
  const expected = {
    mean: standard.backward(mean),
    sd: standard.backward(mean + deviation) / 2 - standard.backward(mean - deviation) / 2,
  }
  const gain = standard.backward(best) - standard.backward(best - stage.price)
  if (minGainPerEpoch !== undefined && gain < minGainPerEpoch) {
    const reason =
      `another epoch is expected to gain ${figure(gain)} at most, ` +
      `less than minGainPerEpoch, ${figure(minGainPerEpoch)}`
    return { kind: 'exhausted', reason }
  }
  const lowest = Math.min(...curves.map(curve => curve.lowest))
  const plan =
    epochs < ahead[last]!
      ? `to epoch ${epochs}, and further only if that is worth its epochs`
      : `to its end, epoch ${epochs}`
  const action = trial === null ? 'a new trial' : `trial ${trial} continues`
  const text =
    `${action} ${plan}: expected to reach ${figure(expected.mean)} ± ${figure(expected.sd)} ` +
    `by epoch ${ahead[last]! < maxEpochs ? ahead[last] : maxEpochs} ` +
    `(the best so far: ${figure(lowest)}), a gain of ${figure(gain)} per epoch`
  const rationale = { method: 'epoch-aware', text, expected }
  return trial === null
    ? { kind: 'start', params, epochs, rationale }
    : { kind: 'resume', trial, epochs, rationale }
}

function spreadOut(
  space: Space,
  point: readonly number[],
  epochs: number,
  text: string,
): Allocation {
  const rationale = { method: 'latin hypercube', text, expected: null }
  return { kind: 'start', params: paramsAt(space, point), epochs, rationale }
}
