import type { Curve } from '../../src/record/curve.js'
import type { SampleRequest, Sampler, Suggestion } from '../../src/search/contract/sampler.js'
import { createSampler } from '../../src/search/registry.js'
import type { Params, Space } from '../../src/space/parameter.js'

/** A trial with a loss. */
export type Observed = Pick<Curve, 'params' | 'noise' | 'objectives'> & { readonly loss: number }

/** What came of some configurations, as tests write it. */
export interface Outcomes {
  readonly observed: readonly Observed[]
  readonly pending: readonly Params[]
  readonly failed: readonly Params[]
}

export const EMPTY: Outcomes = { observed: [], pending: [], failed: [] }

/** The curves that a sampler sees. */
export function curves({ observed, pending, failed }: Outcomes): Curve[] {
  const without =
    (state: Curve['state']) =>
    (params: Params): Omit<Curve, 'trial'> => ({ params, state, losses: [] })
  return [
    ...observed.map(one => ({ ...one, state: 'complete' as const, losses: [one.loss] })),
    ...pending.map(without('running')),
    ...failed.map(without('failed')),
  ].map((curve, trial) => ({ trial, ...curve }))
}

/** Every configuration that was begun. */
export function begun({ observed, pending, failed }: Outcomes): readonly Params[] {
  return [...observed.map(({ params }) => params), ...pending, ...failed]
}

export function suggest(
  sampler: Sampler,
  space: Space,
  outcomes: Outcomes,
  request: SampleRequest,
): Suggestion {
  return sampler.suggest(space, curves(outcomes), request)
}

/** A sampler as a study uses it. */
export function samplerNamed(name: string, options: Readonly<Record<string, unknown>> = {}) {
  return createSampler({ name, options })
}
