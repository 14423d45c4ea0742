import { describe, expect, it } from 'vitest'
import type { Evidence } from '../../src/record/document.js'
import type { StudySpec } from '../../src/record/study.js'
import { type TrialRecord, type WaitingTrial } from '../../src/record/trial.js'
import { finish, start } from '../../src/record/transitions.js'
import { samplers } from '../../src/search/registry.js'
import { askNext } from '../../src/study/decision/ask.js'
import { studySpec } from '../../src/study/specification.js'
import type { FinetuneDefinition, ModuleDefinition } from '../../src/study/definition/schema.js'
import { trialPlan, trialsPlanned } from '../../src/study/decision/plan.js'

function study(definition: Partial<FinetuneDefinition>): StudySpec {
  return studySpec('s', { model: 'm', data: 'd', ...definition }, '/')
}

function own(definition: Partial<ModuleDefinition>): StudySpec {
  return studySpec(
    's',
    {
      module: 'train.mjs',
      schedule: 'constant',
      parameters: { x: '0..0.5', epochs: 3 },
      ...definition,
    },
    '/',
  )
}

function ended(trial: WaitingTrial, objective: number): TrialRecord {
  const so = { endedAt: '2026-01-01T00:01:00.000Z', seconds: 60, epochsRun: 3 }
  const running = start(trial, { attempt: 1, startedAt: '2026-01-01T00:00:00.000Z', device: 'cpu' })
  if (!Number.isFinite(objective))
    return finish(running, {
      ...so,
      state: 'failed',
      failure: { kind: 'crashed', message: 'ended' },
    })
  return finish(running, {
    ...so,
    state: 'complete',
    objective,
    bestEpoch: 3,
    stop: { kind: 'budget' },
    verdict: { kind: 'plateau', reason: '', bestEpoch: 3, confidence: 1 },
  })
}

/** Runs trials one after the other. */
function run(
  spec: StudySpec,
  count: number,
  loss: (trial: WaitingTrial) => number,
  before: readonly TrialRecord[] = [],
  evidence: readonly Evidence[] = [],
): readonly TrialRecord[] {
  let trials = before
  while (trials.length < before.length + count) {
    const asked = askNext(spec, trialPlan(spec), trials, before.length + count, evidence)
    if (asked.kind === 'exhausted') return trials
    trials = [...trials, ...asked.trials.map(trial => ended(trial, loss(trial)))]
  }
  return trials
}

const lossOf = ({ params, number }: WaitingTrial): number =>
  1 + (Math.log10(Number(params['learningRate'])) + 3) ** 2 + number / 1e4

describe('the first trial', () => {
  it.each(samplers.names.filter(name => name !== 'grid'))(
    'of %s is what the training uses when nothing is searched',
    sampler => {
      const [first, second] = run(study({ sampler }), 2, lossOf)
      expect(first).toMatchObject({
        params: { learningRate: 2e-4, batchSize: 8 },
        rationale: {
          method: 'defaults',
          text: 'the settings the training has when nothing is searched',
        },
      })
      expect(second!.params).not.toEqual(first!.params)
    },
  )

  it('of a grid is one of its cells', () => {
    const trials = run(
      study({
        sampler: 'grid',
        space: { learningRate: [1e-4, 1e-3], batchSize: [4, 16], epochs: 3 },
      }),
      100,
      lossOf,
    )
    expect(trials).toHaveLength(4)
    expect(trials.every(({ rationale }) => rationale!.method === 'grid')).toBe(true)
  })

  it('is the nearest point inside where the defaults lie outside, and says so', () => {
    const [first] = run(
      study({
        space: { learningRate: '1e-3..1e-2', batchSize: [2, 16] },
        constraints: ['batchSize * learningRate <= 0.01'],
      }),
      1,
      lossOf,
    )
    expect(first!.params).toMatchObject({ learningRate: 1e-3, batchSize: 2 })
    expect(first!.rationale!.text).toBe(
      'the settings the training has when nothing is searched, as near as the space allows: learningRate 0.001 for 0.0002, batchSize 2 for 8',
    )
  })

  it("of a user's own training is what study.yaml states, if anything", () => {
    expect(run(own({ defaults: { x: 0.25 } }), 1, () => 1)[0]).toMatchObject({
      params: { x: 0.25, epochs: 3 },
      rationale: { method: 'defaults' },
    })
    expect(run(own({}), 1, () => 1)[0]!.rationale!.method).not.toBe('defaults')
  })
})

describe('repeats', () => {
  it('train each configuration that often, each a trial of its own with its own seed', () => {
    const trials = run(study({ sampler: 'random', repeats: 3 }), 9, lossOf)
    expect(trials.map(({ repeatOf }) => repeatOf ?? null)).toEqual([
      null,
      0,
      0,
      null,
      3,
      3,
      null,
      6,
      6,
    ])
    expect(new Set(trials.map(({ params }) => JSON.stringify(params))).size).toBe(3)
    expect(trials[4]!.rationale).toEqual({
      method: 'repeat',
      text: 'repeat 2 of 3 of trial 3, under another seed',
      expected: null,
    })
    expect(trials[4]!.leader).toBe(4)
  })

  it('share trainings as their first does: each level repeats the same level', () => {
    const spec = study({
      sampler: 'grid',
      repeats: 2,
      space: { learningRate: [1e-4, 1e-3], batchSize: 8, epochs: [1, 3] },
    })
    const trials = run(spec, 100, lossOf)
    expect(trialsPlanned(spec, trialPlan(spec), spec.trials)).toBe(8)
    expect(
      trials.map(({ number, leader, repeatOf, params }) => [
        number,
        leader,
        repeatOf ?? null,
        params['epochs'],
      ]),
    ).toEqual([
      [0, 1, null, 1],
      [1, 1, null, 3],
      [2, 3, 0, 1],
      [3, 3, 1, 3],
      [4, 5, null, 1],
      [5, 5, null, 3],
      [6, 7, 4, 1],
      [7, 7, 5, 3],
    ])
  })

  it('use up a finite space once per configuration, not once per repeat', () => {
    const trials = run(
      study({
        sampler: 'random',
        repeats: 2,
        space: { learningRate: [1e-4, 2e-4], batchSize: 8, epochs: 3 },
      }),
      100,
      lossOf,
    )
    expect(trials).toHaveLength(4)
  })

  it('are not spent on a configuration that has failed', () => {
    const trials = run(study({ sampler: 'random', repeats: 3 }), 4, ({ number }) =>
      number === 0 ? Number.NaN : 1,
    )
    expect(trials.map(({ repeatOf }) => repeatOf ?? null)).toEqual([null, null, 1, 1])
  })

  it('tell a sampler their mean, so that the order in which seeds were lucky changes nothing', () => {
    const spec = study({ sampler: 'bayesian', repeats: 2 })
    const luck = (sign: number) =>
      run(
        spec,
        16,
        trial =>
          lossOf({ ...trial, number: 0 }) + (trial.repeatOf === undefined ? 1 : -1) * sign * 0.1,
      )
    expect(luck(1).map(({ params }) => params)).toEqual(luck(-1).map(({ params }) => params))
  })
})

describe('a space that is changed between runs', () => {
  const wide: Partial<FinetuneDefinition> = {
    space: { learningRate: '1e-5..1e-1', batchSize: [2, 4, 8, 16] },
  }
  const narrow: Partial<FinetuneDefinition> = {
    space: { learningRate: '5e-4..5e-3', batchSize: [4, 8] },
  }
  const more: Partial<FinetuneDefinition> = { space: { ...wide.space, weightDecay: '0..0.1' } }

  it.each(
    samplers.names.flatMap(
      sampler =>
        [
          [sampler, 'narrowed', wide, narrow],
          [sampler, 'widened', narrow, wide],
          [sampler, 'given a further parameter', wide, more],
        ] as const,
    ),
  )('%s goes on in one that was %s', (sampler, _, before, after) => {
    const first = run(study({ sampler, ...before }), 6, lossOf)
    const spec = study({ sampler, ...after })
    const both = run(spec, 4, lossOf, first)
    expect(both.length).toBeGreaterThan(first.length)
    const names = spec.space.map(({ name }) => name)
    for (const { params } of both.slice(first.length)) expect(Object.keys(params)).toEqual(names)
    expect(new Set(both.map(({ params }) => JSON.stringify(params))).size).toBe(both.length)
  })
})
