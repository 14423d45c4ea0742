import { describe, expect, it } from 'vitest'
import { createTrainer, type Trainer } from '../../src/training/trainer.js'
import { rateAt } from '../../src/training/schedule.js'
import { engineFor, engines } from '../decoder/engines.js'
import { golden, tinyBatch, tinyConfig, tinyWeights } from '../decoder/tiny-llama.js'

const STEPS = 20
const cases = (['tied', 'untied'] as const).flatMap(kind =>
  golden[kind].training.map(
    training => [`${kind}, ${training.schedule}`, kind === 'tied', training] as const,
  ),
)

describe.each(engines)('twenty steps on %s', name => {
  const engine = engineFor(name)

  it.each(cases)('follow torch.optim.AdamW: %s', async (_title, tied, training) => {
    const trainer = await createTrainer(await engine(), tinyConfig(tied), {
      weights: tinyWeights(tinyConfig(tied)),
    })
    for (let step = 0; step < STEPS; step++) {
      const { loss, count, norm } = await stepOf(trainer, step, training)
      expect(Math.abs(loss / count - training.losses[step]!), `loss of step ${step}`).toBeLessThan(
        1e-5,
      )
      expect(Math.abs(norm / training.norms[step]! - 1), `norm of step ${step}`).toBeLessThan(1e-4)
    }
    expect(trainer.steps).toBe(STEPS)
    trainer.dispose()
  })

  it('give the same bits twice', async () => {
    const once = async (): Promise<number[]> => {
      const trainer = await createTrainer(await engine(), tinyConfig(true), {
        weights: tinyWeights(tinyConfig(true)),
      })
      const losses: number[] = []
      for (let step = 0; step < STEPS; step++)
        losses.push((await stepOf(trainer, step, golden.tied.training[1]!)).loss)
      losses.push(...(await trainer.weights())['model.norm.weight']!.data)
      trainer.dispose()
      return losses
    }
    expect(await once()).toEqual(await once())
  })

  it('go on from weights and moments as if never interrupted', async () => {
    const training = golden.untied.training[2]!
    const config = tinyConfig(false)
    const whole = await createTrainer(await engine(), config, { weights: tinyWeights(config) })
    const losses: number[] = []
    for (let step = 0; step < STEPS; step++) losses.push((await stepOf(whole, step, training)).loss)

    const first = await createTrainer(await engine(), config, { weights: tinyWeights(config) })
    for (let step = 0; step < 7; step++) await stepOf(first, step, training)
    const second = await createTrainer(await engine(), config, {
      weights: await first.weights(),
      resume: { moments: await first.moments(), steps: first.steps },
    })
    first.dispose()
    for (let step = 7; step < STEPS; step++)
      expect((await stepOf(second, step, training)).loss).toBe(losses[step])
    expect(await second.weights()).toEqual(await whole.weights())
    whole.dispose()
    second.dispose()
  })

  it('leave a model as it is where nothing is trained and nothing decays', async () => {
    const config = tinyConfig(true)
    const trainer = await createTrainer(await engine(), config, { weights: tinyWeights(config) })
    const { tokens, lossMask: weights, ...shape } = tinyBatch(0)
    const result = await trainer.step(
      { ...shape, tokens, lossMask: weights.map(() => 0) },
      { learningRate: 0.1, weightDecay: 0, clipNorm: 1 },
    )
    expect(result).toEqual({ loss: 0, count: 0, norm: 0 })
    expect(await trainer.weights()).toEqual(tinyWeights(config))
    trainer.dispose()
  })

  it('decay matrices, not norms', async () => {
    const config = tinyConfig(true)
    const before = tinyWeights(config)
    const trainer = await createTrainer(await engine(), config, { weights: before })
    const { tokens, lossMask: weights, ...shape } = tinyBatch(0)
    await trainer.step(
      { ...shape, tokens, lossMask: weights.map(() => 0) },
      { learningRate: 0.1, weightDecay: 0.5, clipNorm: 0 },
    )
    const after = await trainer.weights()
    const matrix = 'model.layers.1.mlp.up_proj.weight'
    expect(after[matrix]!.data[5]! / before[matrix]!.data[5]!).toBeCloseTo(0.95, 6)
    expect(after['model.norm.weight']).toEqual(before['model.norm.weight'])
    trainer.dispose()
  })
})

describe('the learning rate', () => {
  it.each(golden.tied.training)('is that of transformers: $schedule', ({ rates, ...training }) => {
    rates.forEach((rate, step) =>
      expect(rateAt(step, { ...training, totalSteps: STEPS })).toBeCloseTo(rate, 12),
    )
  })

  it('of a constant schedule does not know the number of steps', () => {
    const options = { learningRate: 1e-3, schedule: 'constant', warmupSteps: 4 } as const
    for (let step = 0; step < 10; step++)
      expect(rateAt(step, { ...options, totalSteps: 10 })).toBe(
        rateAt(step, { ...options, totalSteps: 1000 }),
      )
  })
})

function stepOf(
  trainer: Trainer,
  step: number,
  { learningRate, ...training }: (typeof cases)[number][2],
): ReturnType<Trainer['step']> {
  return trainer.step(tinyBatch(step), {
    ...training,
    learningRate: rateAt(step, { ...training, learningRate, totalSteps: STEPS }),
  })
}
