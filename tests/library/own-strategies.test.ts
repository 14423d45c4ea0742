import { readFileSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  createStudy,
  openStudy,
  replayStudy,
  type Allocator,
  type PromotingPruner,
  type Sampler,
  type StoppingPruner,
} from '../../src/index.js'
import { prunerContract, samplerContract } from '../../src/testing.js'
import { askTrial } from '../../src/study/index.js'
import { readDefinition } from '../../src/study/specification.js'
import { paramsAt } from '../../src/space/transform.js'

const rationale = { method: 'steps', text: 'the next step', expected: null }

/** Walks through a grid of ten steps a parameter. */
const steps: Sampler = {
  name: 'steps',
  suggest: (space, _, { trialNumber, admits }) => {
    const count = 10 ** space.length
    for (let step = trialNumber; step < trialNumber + count; step++) {
      const unit = space.map((_, i) => (Math.floor(step / 10 ** i) % 10) / 10 + 0.05)
      const params = paramsAt(space, unit)
      if (!admits || admits(params)) return { kind: 'params', params, rationale }
    }
    return { kind: 'exhausted', reason: 'every step was taken' }
  },
}

/** Stops what is above 3 after an epoch. */
const aboveThree: StoppingPruner = {
  name: 'above-three',
  judge: ({ losses }) => {
    const value = losses.at(-1)!
    return value <= 3
      ? null
      : { kind: 'own', epoch: losses.length, value, threshold: 3, reason: `${value} is above 3` }
  },
}

/** Pauses at epoch 1, and resumes the best of two paused trials, or of all at the end. */
const duel: PromotingPruner = {
  name: 'duel',
  firstPause: () => 1,
  promote: (trials, { maxEpochs, trialCount }) => {
    const paused = trials.filter(({ state }) => state === 'paused')
    const enough = trials.length < trialCount || trials.some(({ state }) => state === 'complete')
    if (paused.length < (enough ? 2 : 1)) return null
    const best = paused.reduce((a, b) => (b.losses.at(-1)! < a.losses.at(-1)! ? b : a))
    return { trial: best.trial, epochs: maxEpochs, reason: 'the better of two' }
  },
  prune: ({ losses }) => ({
    kind: 'own',
    epoch: losses.length,
    value: losses.at(-1)!,
    threshold: 0,
    reason: 'lost its duel',
  }),
}

/** Trains each trial one epoch at a time, the newest first, before it begins another. */
const depthFirst: Allocator = {
  name: 'depth-first',
  allocate: (space, trials, { maxEpochs, step }) => {
    const open = trials.find(({ state }) => state === 'paused')
    if (open)
      return { kind: 'resume', trial: open.trial, epochs: open.losses.length + 1, rationale }
    if (trials.some(({ state }) => state === 'running'))
      return { kind: 'exhausted', reason: 'one at a time' }
    const params = paramsAt(
      space,
      space.map(() => (step % 7) / 7),
    )
    return { kind: 'start', params, epochs: Math.min(1, maxEpochs), rationale }
  },
}

const definition = { external: true, parameters: { x: '0..10' }, trials: 4 } as const
const pausable = {
  external: true,
  pausable: true,
  schedule: 'constant',
  parameters: { x: '0..10', epochs: 3 },
  trials: 3,
  name: 's',
} as const
const temporary = () => mkdtempSync(join(tmpdir(), 'tune-own-strategy-'))

describe('a stored study with a sampler and a pruner of the user’s own', () => {
  it('keeps their names, and decides by the objects', async () => {
    const studies = temporary()
    const study = await createStudy({
      ...definition,
      name: 's',
      studies,
      sampler: steps,
      pruner: aboveThree,
    })
    expect(readFileSync(study.file, 'utf8')).toMatch(/sampler:\s+name: own\s+object: steps/)
    expect(readFileSync(study.file, 'utf8')).toContain('pruner: own(above-three)')
    const first = await study.ask()
    const x = Number((first.params as { x: number }).x)
    expect(await study.report(first, { epoch: 1, valLoss: 2 })).toMatchObject({ prune: null })
    expect(await study.report(first, { epoch: 2, valLoss: 4 })).toMatchObject({
      prune: '4 is above 3',
    })
    await study.tell(first, { state: 'pruned' })
    expect((await study.refresh()).trials[0]).toMatchObject({
      state: 'pruned',
      prune: { kind: 'own', reason: '4 is above 3' },
      rationale,
    })
    const again = await openStudy('s', { studies, sampler: steps, pruner: aboveThree })
    const second = await again.ask()
    expect(Number((second.params as { x: number }).x)).not.toBe(x)
    await again.tell(second, { valLoss: 1 })
    expect(
      await replayStudy({ name: 's', studies, sampler: steps, pruner: aboveThree }),
    ).toMatchObject({ different: 0 })
  })

  it('is refused by whoever does not have the objects, and loses nothing', async () => {
    const studies = temporary()
    const study = await createStudy({ ...definition, name: 's', studies, sampler: steps })
    const trial = await study.ask()
    const missing = /sampler: is steps, an object that only the program/
    await expect(askTrial({ name: 's', studies })).rejects.toThrow(missing)
    await expect((await openStudy('s', { studies })).run()).rejects.toThrow(missing)
    await expect(replayStudy({ name: 's', studies })).rejects.toThrow(missing)
    const other = { ...steps, name: 'other' }
    await expect(openStudy('s', { studies, sampler: other }).then(s => s.ask())).rejects.toThrow(
      missing,
    )
    // What needs no decision needs no object.
    expect(await (await openStudy('s', { studies })).tell(trial, { valLoss: 1 })).toMatchObject({
      accepted: true,
    })
    const plain = await createStudy({ ...definition, name: 'p', studies, sampler: 'random' })
    const given = await openStudy('p', { studies, sampler: steps })
    await expect(given.ask()).rejects.toThrow('is not that of study p')
    expect(plain.trials).toEqual([])
  })

  it('runs to its end in the program that has them', async () => {
    const studies = temporary()
    const study = await createStudy({ ...definition, name: 's', studies, sampler: steps })
    const run = study.run()
    for (let i = 0; i < 4; i++) await study.tell(await study.ask(), { valLoss: i })
    expect(await run).toMatchObject({ state: 'complete' })
    expect(study.best).toMatchObject({ number: 0 })
  })

  it('reads its study.yaml again', async () => {
    const study = await createStudy({ ...pausable, studies: temporary(), pruner: duel })
    expect(readDefinition(study.file, 's')).toMatchObject({ pruner: 'own(duel, pauses=true)' })
  })

  it('takes no object whose name study.yaml cannot hold', async () => {
    const odd = { ...steps, name: 'a, b' }
    await expect(
      createStudy({ ...definition, name: 's', studies: temporary(), sampler: odd }),
    ).rejects.toThrow('has a name that study.yaml cannot hold')
  })
})

describe('trials that can be paused', () => {
  it('are resumed by a promoting pruner of the user’s own', async () => {
    const study = await createStudy({ ...pausable, studies: temporary(), pruner: duel })
    const losses = [5, 2, 4]
    const train = async () => {
      const trial = await study.ask()
      const until = trial.epochs ?? 3
      for (let epoch = trial.epochsRun + 1; epoch <= until; epoch++)
        await study.report(trial, { epoch, valLoss: losses[trial.number]! - epoch / 10 })
      await study.tell(trial, {})
      return [trial.number, until]
    }
    expect([await train(), await train(), await train(), await train()]).toEqual([
      [0, 1],
      [1, 1],
      [1, 3],
      [2, 1],
    ])
  })

  it('are trained epoch by epoch by an allocator of the user’s own', async () => {
    const study = await createStudy({ ...pausable, studies: temporary(), sampler: depthFirst })
    const order: number[] = []
    for (let i = 0; i < 6; i++) {
      const trial = await study.ask()
      order.push(trial.number)
      await study.report(trial, { epoch: trial.epochsRun + 1, valLoss: 1 / (i + 1) })
      await study.tell(trial, {})
    }
    expect(order).toEqual([0, 0, 0, 1, 1, 1])
  })
})

describe('the objects of these tests keep their contracts', () => {
  for (const { name, check } of samplerContract(steps)) it(`sampler: ${name}`, check)
  for (const { name, check } of prunerContract(aboveThree)) it(`stopping pruner: ${name}`, check)
  for (const { name, check } of prunerContract(duel)) it(`promoting pruner: ${name}`, check)
})
