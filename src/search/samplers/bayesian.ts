import { latinHypercube } from '../../math/latin-hypercube.js'
import type { Curve } from '../../record/curve.js'
import { defineStrategy } from '../../settings/define-strategy.js'
import type { Space } from '../../space/parameter.js'
import { paramsAt } from '../../space/transform.js'
import type { EarlierStudy, SampleRequest, Sampler, Suggestion } from '../contract/sampler.js'
import { configurations, evaluated } from '../contract/trial-outcomes.js'
import { createEncoding, hasPlace, type Encoding } from '../gaussian-process/encoding.js'
import { MIN_OBSERVED } from '../gaussian-process/model.js'
import { scalarized } from '../wrappers/scalarized.js'
import { improve } from './bayesian/improve.js'
import { maximinPoint } from './bayesian/maximin.js'
import { suggestion, untried } from './bayesian/suggestion.js'

const DESIGN_PURPOSE = 0x6c68

/**
 * Gaussian process on the trials so far; proposes the configuration with the largest expected
 * improvement over the best.
 *
 * Running trials are imputed with the model's expectation, so that parallel slots do not propose
 * one point (kriging believer: Ginsbourger, Le Riche & Carraro 2010). A failed trial counts as the
 * worst loss so far. Trials outside the space, from before it was changed, are evidence if they can
 * be encoded. The mean of the process is what earlier studies predict, as far as they agree with
 * this one.
 *
 * @example
 * const { best } = await optimize({
 *   space: { x: float(-3, 3), act: choice('relu', 'gelu') },
 *   trials: 6,
 *   sampler: bayesian({ initial: 4 }),
 *   objective: ({ params }) => params.x ** 2,
 * })
 * console.log(best?.params)
 */
export const bayesian = defineStrategy({
  name: 'bayesian',
  summary: {
    en: 'Gaussian process with expected improvement: the fewest trials, few parameters',
    zh: '贝叶斯优化（高斯过程与期望改进）：参数不多时所需试验最少',
  },
  options: [
    {
      name: 'initial',
      type: 'int',
      min: 1,
      max: Number.MAX_SAFE_INTEGER,
      default: 4,
      help: {
        en: 'trials spread over the space before the model is used',
        zh: '启用模型之前，均匀分布在搜索空间中的试验数',
      },
    },
  ],
  create: ({ initial }): Sampler =>
    scalarized({
      name: 'bayesian',
      suggest: (space, trials, request) => suggest(space, trials, request, initial),
    }),
})

function suggest(
  space: Space,
  allTrials: readonly Curve[],
  request: SampleRequest,
  initial: number,
): Suggestion {
  const encoding = createEncoding(space)
  const trials = encodable(encoding, allTrials)
  const earlierStudies = (request.earlierStudies ?? [])
    .map(({ study, trials }) => ({ study, trials: encodable(encoding, trials) }))
    .filter(({ trials }) => trials.length >= initial)
  const { seed, trialNumber } = request
  // Earlier studies replace the initial trials.
  if (trialNumber < initial && earlierStudies.length === 0) {
    const design = latinHypercube(initial, space.length, [seed, DESIGN_PURPOSE])
    const text =
      `initial trial ${trialNumber + 1} of ${initial}, ` +
      'spread over the space before the model is used'
    return suggestion(paramsAt(space, design[trialNumber]!), 'latin hypercube', text)
  }
  if (evaluated(trials).length >= MIN_OBSERVED)
    return improve(space, trials, request, earlierStudies)
  return earlierStudies.length > 0
    ? improveEarlier(space, trials, request, earlierStudies)
    : maximinPoint(space, trials, request)
}

/** Before this study's own trials show anything: what the largest earlier study would try next. */
function improveEarlier(
  space: Space,
  trials: readonly Curve[],
  request: SampleRequest,
  earlierStudies: readonly EarlierStudy[],
): Suggestion {
  const largest = earlierStudies.reduce((a, b) => (b.trials.length > a.trials.length ? b : a))
  const running = configurations(trials).map((params, i): Curve => ({
    trial: largest.trials.length + i,
    params,
    state: 'running',
    losses: [],
  }))
  const next = improve(
    space,
    [...largest.trials, ...running],
    { admits: untried(space, trials), ...request },
    [],
  )
  if (next.kind === 'exhausted') return next
  const text =
    `what ${largest.study} would try next, ` +
    `of which ${largest.trials.length} configurations are known`
  return suggestion(next.params, next.rationale.method, text)
}

function encodable<C extends Curve>(encoding: Encoding, trials: readonly C[]): readonly C[] {
  return trials.filter(({ params }) => hasPlace(encoding, params))
}
