import { keyedUniform } from '../../math/random.js'
import type { Curve } from '../../record/curve.js'
import { defineStrategy } from '../../settings/define-strategy.js'
import { contains, type Space } from '../../space/parameter.js'
import { figure } from '../../util/figure.js'
import type { SampleRequest, Sampler, Suggestion } from '../contract/sampler.js'
import { evaluated, failed, pending } from '../contract/trial-outcomes.js'
import { random } from './random.js'
import { betterPart } from './tpe/fronts.js'
import { draw, logDensity, parzen } from './tpe/parzen.js'

const PURPOSE = 0x7470

interface TpeOptions {
  readonly initial: number
  readonly candidates: number
}

/**
 * Tree-structured Parzen estimator: one density for the tenth of the trials with the lowest losses,
 * one for the others. Of some draws from the good density it proposes the one at which the ratio of
 * the two is largest. Running and failed trials count as bad. Of several objectives the best trials
 * are those of the first Pareto fronts.
 *
 * Source: Bergstra et al., "Algorithms for hyper-parameter optimization", NeurIPS 2011.
 *
 * @example
 * const { best } = await optimize({
 *   space: { x: float(-3, 3), act: choice('relu', 'gelu') },
 *   trials: 6,
 *   sampler: tpe({ initial: 4, candidates: 24 }),
 *   objective: ({ params }) => params.x ** 2,
 * })
 * console.log(best?.params)
 */
export const tpe = defineStrategy({
  name: 'tpe',
  summary: {
    en: 'tree-structured Parzen estimator: many parameters and categories, cheap',
    zh: '树形 Parzen 估计（TPE）：适合参数和类别较多的空间，开销小',
  },
  options: [
    {
      name: 'initial',
      type: 'int',
      min: 1,
      max: Number.MAX_SAFE_INTEGER,
      default: 10,
      help: {
        en: 'random trials before the first estimate',
        zh: '开始估计之前的随机试验次数',
      },
    },
    {
      name: 'candidates',
      type: 'int',
      min: 1,
      max: Number.MAX_SAFE_INTEGER,
      default: 24,
      help: {
        en: 'draws from the density of good trials, of which the best is proposed',
        zh: '从优秀试验的密度中抽取的候选数，从中选出最好的一个',
      },
    },
  ],
  create: (options): Sampler => {
    const first = random()
    return {
      name: 'tpe',
      suggest(space, trials, request) {
        const within = trials.filter(({ params }) => contains(space, params))
        return evaluated(within).length < options.initial
          ? first.suggest(space, trials, request)
          : densest(space, within, request, options)
      },
    }
  },
})

/** @param trials inside the space */
function densest(
  space: Space,
  trials: readonly Curve[],
  { seed, trialNumber, admits }: SampleRequest,
  { candidates }: TpeOptions,
): Suggestion {
  const curves = evaluated(trials)
  const count = Math.min(25, Math.ceil(0.1 * curves.length))
  const isGood = betterPart(
    curves.map(({ loss, objectives }) => objectives ?? [loss]),
    count,
  )
  const good = parzen(
    space,
    curves.filter((_, i) => isGood[i]).map(({ params }) => params),
  )
  const bad = parzen(space, [
    ...curves.filter((_, i) => !isGood[i]).map(({ params }) => params),
    ...pending(trials),
    ...failed(trials),
  ])
  const uniform = keyedUniform([seed, trialNumber, PURPOSE])
  const draws = Array.from({ length: candidates }, () => draw(good, uniform))
  const admitted = admits ? draws.filter(admits) : draws
  let best = { params: draws[0]!, ratio: -Infinity }
  for (const params of admitted.length > 0 ? admitted : draws) {
    const ratio = logDensity(good, params) - logDensity(bad, params)
    if (ratio > best.ratio) best = { params, ratio }
  }
  const text =
    `${times(best.ratio)} as dense in good trials as in others: ` +
    `the ${count} best of ${curves.length} against the rest`
  return {
    kind: 'params',
    params: best.params,
    rationale: { method: 'Parzen estimator', text, expected: null },
  }
}

function times(logRatio: number): string {
  return logRatio > Math.log(1e6)
    ? 'more than a million times'
    : `${figure(Math.exp(logRatio))} times`
}
