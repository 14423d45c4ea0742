import { describe, expectTypeOf, it } from 'vitest'
import {
  bayesian,
  choice,
  createStudy,
  float,
  int,
  median,
  optimize,
  type OptimizeResult,
  type Study,
} from '../../src/index.js'

// Checked by the compiler; nothing here runs.
describe.skip('types', () => {
  const space = {
    lr: float(1e-5, 1e-1, { scale: 'log' }),
    width: int(1, 8),
    act: choice('relu', 'gelu'),
  }
  type Params = { readonly lr: number; readonly width: number; readonly act: 'relu' | 'gelu' }

  it('infer parameters from the space', async () => {
    const result = await optimize({
      space,
      trials: 1,
      objective: trial => {
        expectTypeOf(trial.params).toEqualTypeOf<Params>()
        return trial.params.lr
      },
    })
    expectTypeOf(result).toEqualTypeOf<OptimizeResult<Params>>()
    expectTypeOf(result.best!.params.act).toEqualTypeOf<'relu' | 'gelu'>()
  })

  it('know that a conditional parameter may be missing', () => {
    void optimize({
      space: {
        optimizer: choice('sgd', 'adam'),
        momentum: float(0, 1, { when: { optimizer: 'sgd' } }),
        nesterov: choice([true, false], { when: { optimizer: 'sgd' } }),
      },
      trials: 1,
      objective: ({ params }) => {
        expectTypeOf(params).toEqualTypeOf<{
          readonly optimizer: 'sgd' | 'adam'
          readonly momentum?: number
          readonly nesterov?: boolean
        }>()
        return 0
      },
    })
  })

  it('accept samplers and pruners by name, with options, and as objects', () => {
    const objective = () => 0
    void optimize({ space, trials: 1, objective, sampler: 'bayesian', pruner: 'median' })
    void optimize({ space, trials: 1, objective, sampler: bayesian({ initial: 6 }) })
    void optimize({ space, trials: 1, objective, sampler: { name: 'tpe', candidates: 3 } })
    void optimize({ space, trials: 1, objective, pruner: median({ peers: 3 }) })
    void optimize({ space, trials: 1, objective, pruner: 'percentile(25)' })
  })

  it('refuse what is misspelt', () => {
    const objective = () => 0
    // @ts-expect-error there is no such sampler
    void optimize({ space, trials: 1, objective, sampler: 'baysian' })
    // @ts-expect-error there is no such pruner
    void optimize({ space, trials: 1, objective, pruner: 'medain' })
    // @ts-expect-error a pruner that pauses trials needs trainings that can be resumed
    void optimize({ space, trials: 1, objective, pruner: 'asha' })
    // @ts-expect-error bayesian has no such option
    void bayesian({ initail: 6 })
    // @ts-expect-error there is no such option
    void optimize({ space, trials: 1, objective, slot: 2 })
    // @ts-expect-error there is no such parameter
    void optimize({ space, trials: 1, objective: ({ params }) => params.wdith })
  })

  it('make studies', async () => {
    const study = await createStudy({ name: 's', model: 'm', data: 'd', sampler: 'bayesian' })
    expectTypeOf(study).toEqualTypeOf<Study>()
    const trial = await study.ask()
    await study.tell(trial, { valLoss: 0.3 })
    // @ts-expect-error there is no such sampler
    await createStudy({ name: 's', model: 'm', data: 'd', sampler: 'baysian' })
  })
})
