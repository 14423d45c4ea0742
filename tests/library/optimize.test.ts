import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { median } from '../../src/search/pruners/percentile.js'
import { bayesian } from '../../src/search/samplers/bayesian.js'
import {
  choice,
  float,
  int,
  optimize,
  pauseStudy,
  replayStudy,
  resumeStudy,
  showStudy,
} from '../../src/study/index.js'
import { firstLine, kill, otherProcess } from '../storage/processes.js'

const space = {
  lr: float(1e-5, 1e-1, { scale: 'log' }),
  width: int(1, 8),
  act: choice('relu', 'gelu'),
}

const objective = ({ params }: { params: { lr: number; width: number; act: string } }) =>
  (Math.log10(params.lr) + 3) ** 2 +
  (params.width - 5) ** 2 / 10 +
  (params.act === 'relu' ? 0.5 : 0)

const temporary = () => mkdtempSync(join(tmpdir(), 'tune-optimize-'))

describe('optimize', () => {
  it('finds the best configuration of a function', async () => {
    const { best, trials, state, reason } = await optimize({
      space,
      trials: 25,
      sampler: bayesian(),
      objective,
    })
    expect(trials).toHaveLength(25)
    expect({ state, reason }).toEqual({ state: 'complete', reason: 'all 25 trials have run' })
    expect(best!.value).toBeLessThan(0.1)
    expect(best!.value).toBe(
      Math.min(...trials.map(trial => (trial.state === 'complete' ? trial.value : Infinity))),
    )
    expect(best!.params.act).toBe('gelu')
  })

  it('maximizes', async () => {
    const { best } = await optimize({
      space: { x: float(-1, 1) },
      direction: 'maximize',
      trials: 20,
      objective: trial => {
        trial.report(1, -1)
        trial.report(2, 1 - (trial.params.x - 0.5) ** 2)
      },
    })
    expect(best!.value).toBeGreaterThan(0.99)
    expect(best!.epoch).toBe(2)
  })

  it('proposes the same configurations to the same seed, and others to another', async () => {
    const params = async (seed: number) =>
      (await optimize({ space, trials: 8, seed, objective })).trials.map(trial => trial.params)
    expect(await params(3)).toEqual(await params(3))
    expect(await params(4)).not.toEqual(await params(3))
  })

  it('takes failures as data', async () => {
    const { trials, best } = await optimize({
      space: { x: int(0, 9) },
      sampler: { name: 'grid', levels: 10 },
      trials: 10,
      objective: async ({ params: { x } }) => {
        await Promise.resolve()
        if (x === 1) throw new Error('out of luck')
        if (x === 2) return Number.NaN
        if (x === 3) return undefined
        return x
      },
    })
    const byX = new Map(trials.map(trial => [trial.params.x, trial]))
    expect(best).toMatchObject({ params: { x: 0 }, value: 0 })
    expect(byX.get(1)).toMatchObject({ state: 'failed', reason: 'out of luck' })
    expect(byX.get(2)).toMatchObject({ state: 'failed', reason: 'the objective returned NaN' })
    expect(byX.get(3)).toMatchObject({ state: 'failed' })
  })

  it('says so when no trial completes', async () => {
    const result = await optimize({
      space,
      trials: 2,
      objective: () => {
        throw new Error('never')
      },
    })
    expect(result).toMatchObject({
      state: 'failed',
      reason: 'no trial completed; the last one: never',
    })
    expect(result.best).toBeUndefined()
  })

  it('prunes trials that lag behind', async () => {
    const epochs: number[] = []
    const { trials } = await optimize({
      space: { level: float(0, 1) },
      trials: 12,
      sampler: 'random',
      pruner: median({ peers: 3, warmupEpochs: 1 }),
      objective: trial => {
        for (let epoch = 1; epoch <= 6; epoch++) {
          trial.report(epoch, trial.params.level + 1 / epoch)
          if (trial.shouldPrune()) trial.prune()
        }
        epochs.push(trial.number)
      },
    })
    const pruned = trials.filter(({ state }) => state === 'pruned')
    expect(pruned.length).toBeGreaterThan(2)
    expect(pruned.every(({ reports }) => reports.length < 6)).toBe(true)
    expect(epochs).toHaveLength(12 - pruned.length)
  })

  it('keeps conditions and constraints', async () => {
    const { trials } = await optimize({
      space: {
        optimizer: choice('sgd', 'adam'),
        momentum: float(0, 0.9, { when: { optimizer: 'sgd' } }),
        width: int(1, 8),
        depth: int(1, 8),
      },
      constraints: ['width * depth <= 16'],
      trials: 20,
      sampler: 'random',
      objective: ({ params }) => params.momentum ?? 0,
    })
    for (const { params } of trials) {
      expect(params.width * params.depth).toBeLessThanOrEqual(16)
      expect('momentum' in params).toBe(params.optimizer === 'sgd')
    }
  })

  it('calls the objective side by side', async () => {
    let running = 0
    let most = 0
    const { trials } = await optimize({
      space,
      trials: 12,
      slots: 4,
      objective: async trial => {
        most = Math.max(most, ++running)
        await new Promise(resolve => setTimeout(resolve, 5))
        running--
        return objective(trial)
      },
    })
    expect(most).toBe(4)
    expect(new Set(trials.map(({ params }) => JSON.stringify(params))).size).toBe(12)
  })

  it('ends in good order when its signal is aborted', async () => {
    const controller = new AbortController()
    const { state, trials } = await optimize({
      space,
      trials: 100,
      signal: controller.signal,
      objective: trial => {
        if (trial.number === 4) controller.abort()
        return objective(trial)
      },
    })
    expect(state).toBe('stopped')
    expect(trials).toHaveLength(5)
  })

  it('takes a sampler and a pruner of the caller’s own', async () => {
    const { trials, best } = await optimize({
      space: { x: int(0, 9) },
      trials: 5,
      sampler: {
        name: 'upwards',
        suggest: (_, curves) => ({
          kind: 'params',
          params: { x: curves.length },
          rationale: { method: 'upwards', text: 'the next one', expected: null },
        }),
      },
      pruner: {
        name: 'never-above-3',
        judge: curve =>
          curve.losses.at(-1)! <= 3
            ? null
            : {
                kind: 'percentile',
                epoch: curve.losses.length,
                value: curve.losses.at(-1)!,
                threshold: 3,
                reason: 'above 3',
              },
      },
      objective: trial => {
        trial.report(1, trial.params.x)
        if (trial.shouldPrune()) return trial.prune()
        return trial.params.x
      },
    })
    expect(trials.map(({ params }) => params.x)).toEqual([0, 1, 2, 3, 4])
    expect(trials[4]).toMatchObject({ state: 'pruned', reason: 'above 3' })
    expect(best!.params).toEqual({ x: 0 })
  })

  it('names the option that does not fit', async () => {
    await expect(
      optimize({ space: { x: float(1, 0) }, trials: 1, objective: () => 0 }),
    ).rejects.toThrow('space.x: 1..0 runs backwards')
    await expect(
      optimize({ space, trials: 1, constraints: ['depth < 3'], objective: () => 0 }),
    ).rejects.toThrow('depth is not searched')
  })
})

describe('a named optimization', () => {
  it('continues: 10 and 10 trials are the same as 20', async () => {
    const studies = temporary()
    const run = (trials: number, name?: string) =>
      optimize({ space, trials, sampler: 'bayesian', objective, name, studies })
    const whole = await run(20)
    expect((await run(10, 'half')).trials).toHaveLength(10)
    const { trials } = await run(20, 'half')
    expect(trials.map(({ params }) => params)).toEqual(whole.trials.map(({ params }) => params))
    expect((await run(20, 'half')).trials).toHaveLength(20)
    expect(existsSync(join(studies, 'half', 'study.yaml'))).toBe(true)
    expect((await replayStudy({ name: 'half', studies })).different).toBe(0)
    expect((await showStudy({ name: 'half', studies })).best).toMatchObject({
      valLoss: Math.min(...trials.map(trial => (trial.state === 'complete' ? trial.value : 9))),
    })
  })

  it('tries a trial again that was running when its process was killed', async () => {
    const studies = temporary()
    const child = otherProcess(
      `const { optimize, float } = await import(new URL('../study/index.js', storageUrl))
       await optimize({ space: { x: float(0, 1) }, trials: 3, sampler: 'random', name: 'k', studies: args[0],
         objective: async ({ number, params }) => {
           if (number < 1) return params.x
           console.log('second')
           await new Promise(resolve => setTimeout(resolve, 1e6))
         } })`,
      studies,
    )
    await firstLine(child)
    await kill(child)
    const called: number[] = []
    const { trials } = await optimize({
      space: { x: float(0, 1) },
      trials: 3,
      sampler: 'random',
      name: 'k',
      studies,
      objective: ({ number, params }) => (called.push(number), params.x),
    })
    expect(called).toEqual([1, 2])
    expect(trials.map(({ state }) => state)).toEqual(['complete', 'complete', 'complete'])
  })

  it('can be paused and resumed by others', async () => {
    const study = { name: 'p', studies: temporary() }
    const states: string[] = []
    const { trials } = await optimize({
      space,
      trials: 4,
      ...study,
      objective: async trial => {
        if (trial.number === 1) {
          await pauseStudy(study)
          setTimeout(() => {
            states.push('resumed')
            void resumeStudy(study)
          }, 100)
        }
        states.push(String(trial.number))
        return objective(trial)
      },
    })
    expect(states).toEqual(['0', '1', 'resumed', '2', '3'])
    expect(trials).toHaveLength(4)
  })
})
