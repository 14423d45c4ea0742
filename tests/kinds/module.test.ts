import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { HostDied, errorOutput } from '../../src/trial/index.js'
import { attemptOf, moduleOf, ownPool, start, temporaryDir } from './fixtures.js'

describe('a training module', () => {
  it('is given its parameters, reports epochs, and what it saved at the best one is kept', async () => {
    const dir = temporaryDir()
    const body = `
      for (let epoch = 1; epoch <= trial.epochs; epoch++) {
        await trial.save({ epoch, w: trial.tf.tensor([epoch, trial.params.lr]) })
        await trial.report({ epoch, valLoss: Math.abs(epoch - 3) + 1, accuracy: epoch / 10 })
      }`
    const job = attemptOf(dir, moduleOf(dir, body), { lr: 0.5, epochs: 5 })
    const { running, epochs } = start(await ownPool(), job)
    expect(await running.result).toMatchObject({ kind: 'complete', stop: 'budget' })
    expect(epochs.map(({ epoch, valLoss, loss, extra }) => [epoch, valLoss, loss, extra])).toEqual(
      [1, 2, 3, 4, 5].map(epoch => [
        epoch,
        Math.abs(epoch - 3) + 1,
        null,
        { accuracy: epoch / 10 },
      ]),
    )
    expect(
      JSON.parse(readFileSync(join(job.checkpointDir, 'best/files/state.json'), 'utf8')),
    ).toEqual({ epoch: 3 })
    expect(existsSync(join(job.checkpointDir, 'best/files/state.safetensors'))).toBe(true)
    expect(existsSync(join(job.checkpointDir, 'work'))).toBe(false)
  })

  it('that overfits is told so by report, and ended when it does not listen', async () => {
    const dir = temporaryDir()
    const curve =
      'const at = epoch => ({ epoch, loss: 2 / epoch, valLoss: epoch <= 5 ? 2 / epoch : 0.4 + 0.3 * (epoch - 5) })'
    const loop = (last: string) =>
      `${curve}; for (let epoch = 1; epoch <= trial.epochs; epoch++) { ${last} }`
    const pool = await ownPool()
    const listening = start(
      pool,
      attemptOf(dir, moduleOf(dir, loop('if (!(await trial.report(at(epoch)))) break')), {
        epochs: 60,
      }),
    )
    const result = await listening.running.result
    expect(result).toMatchObject({
      kind: 'complete',
      stop: 'verdict',
      verdict: { kind: 'overfit', bestEpoch: 5 },
    })
    const deaf = temporaryDir()
    const { running, epochs } = start(
      pool,
      attemptOf(deaf, moduleOf(deaf, loop('await trial.report(at(epoch))')), { epochs: 60 }),
    )
    expect(await running.result).toMatchObject({ kind: 'complete', stop: 'verdict' })
    expect(epochs).toHaveLength(listening.epochs.length)
    expect(epochs.length).toBeLessThan(30)
  })

  it('goes on, in a further attempt, from what it had saved when its process was killed', async () => {
    const dir = temporaryDir()
    const task = moduleOf(
      dir,
      `
      let { sum, w } = trial.resumed?.state ?? { sum: 0, w: { data: [0] } }
      for (let epoch = (trial.resumed?.epoch ?? 0) + 1; epoch <= trial.epochs; epoch++) {
        sum += epoch
        await trial.save({ sum, w: Float32Array.of(w.data[0] + sum) })
        await trial.report({ epoch, valLoss: 1 / sum })
        if (epoch === 3 && trial.attempt === 1) process.kill(process.pid, 'SIGKILL')
      }`,
    )
    const pool = await ownPool()
    const first = start(pool, attemptOf(dir, task, { epochs: 6 }))
    await expect(first.running.result).rejects.toBeInstanceOf(HostDied)
    const job = attemptOf(dir, task, { epochs: 6 }, 2)
    const second = start(pool, job)
    expect(await second.running.result).toMatchObject({ kind: 'complete' })
    expect(second.epochs.map(({ epoch, valLoss }) => [epoch, valLoss])).toEqual([
      [4, 1 / 10],
      [5, 1 / 15],
      [6, 1 / 21],
    ])
  })

  const summing = `
      let { sum } = trial.resumed?.state ?? { sum: 0 }
      for (let epoch = (trial.resumed?.epoch ?? 0) + 1; epoch <= trial.epochs; epoch++) {
        sum += epoch
        await trial.save({ sum })
        if (!(await trial.report({ epoch, valLoss: 1 / sum }))) break
      }`

  it('pauses where it is to, and goes on from what it had saved there', async () => {
    const dir = temporaryDir()
    const job = attemptOf(dir, moduleOf(dir, summing), { epochs: 6 })
    const pool = await ownPool()
    expect(await start(pool, { ...job, pauseAfter: 2 }).running.result).toMatchObject({
      kind: 'paused',
      history: [{ epoch: 1 }, { epoch: 2 }],
    })
    const second = start(pool, { ...job, resumeFrom: [job.checkpointDir] })
    expect(await second.running.result).toMatchObject({ kind: 'complete', stop: 'budget' })
    expect(second.epochs.map(({ epoch, valLoss }) => [epoch, valLoss])).toEqual([
      [3, 1 / 6],
      [4, 1 / 10],
      [5, 1 / 15],
      [6, 1 / 21],
    ])
  })

  it('pauses where its study says no, and asks again when it goes on', async () => {
    const dir = temporaryDir()
    const job = { ...attemptOf(dir, moduleOf(dir, summing), { epochs: 4 }), awaitsDecision: true }
    const pool = await ownPool()
    const asked: number[] = []
    const until = (most: number) => ({
      mayContinue: (history: readonly unknown[]) => (
        asked.push(history.length),
        history.length < most
      ),
    })
    expect(await pool.run(job, until(2)).result).toMatchObject({
      kind: 'paused',
      history: [{ epoch: 1 }, { epoch: 2 }],
    })
    expect(
      await pool.run({ ...job, resumeFrom: [job.checkpointDir] }, until(9)).result,
    ).toMatchObject({ kind: 'complete' })
    expect(asked).toEqual([1, 2, 2, 3])
  })

  it('that saves nothing is not paused, and says so', async () => {
    const dir = temporaryDir()
    const job = attemptOf(
      dir,
      moduleOf(
        dir,
        'for (let epoch = 1; epoch <= trial.epochs; epoch++) await trial.report({ epoch, valLoss: 1 / epoch })',
      ),
      { epochs: 4 },
    )
    const { running, epochs, notes } = start(await ownPool(), { ...job, pauseAfter: 2 })
    expect(await running.result).toMatchObject({ kind: 'complete', stop: 'budget' })
    expect(epochs).toHaveLength(4)
    expect(notes).toEqual(['nothing is saved of epoch 2, where it was to pause, so it runs on'])
  })

  it('whose loss is not a number has diverged', async () => {
    const dir = temporaryDir()
    const { running } = start(
      await ownPool(),
      attemptOf(
        dir,
        moduleOf(
          dir,
          'for (const [i, valLoss] of [1, 0.9, NaN, 1].entries()) await trial.report({ epoch: i + 1, valLoss })',
        ),
        { epochs: 9 },
      ),
    )
    expect(await running.result).toMatchObject({
      kind: 'diverged',
      epoch: 3,
      message: 'the validation loss is not a number any more',
    })
  })

  it('stops on request, within an epoch when it listens to its signal', async () => {
    const dir = temporaryDir()
    const body = `await trial.report({ epoch: 1, valLoss: 1 }); await (await import('node:timers/promises')).setTimeout(1e6, undefined, { signal: trial.signal })`
    const { running } = start(
      await ownPool(),
      attemptOf(dir, moduleOf(dir, body), { epochs: 9 }),
      () => running.stop(),
    )
    expect(await running.result).toMatchObject({ kind: 'stopped', history: [{ epoch: 1 }] })
  })

  it('that throws fails with the error, and its stack as output', async () => {
    const dir = temporaryDir()
    const { running } = start(
      await ownPool(),
      attemptOf(dir, moduleOf(dir, 'trial.nothing.at.all()'), { epochs: 9 }),
    )
    const error = await running.result.catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({
      name: 'TrainingFailed',
      message: expect.stringContaining('TypeError: Cannot read properties of undefined') as string,
    })
    expect(errorOutput(error).output).toContain('train.mjs')
  })

  it.each([
    ['that reports nothing', '', 'ended without a validation loss'],
    [
      'that leaves an epoch out',
      'await trial.report({ epoch: 2, valLoss: 1 })',
      'reported epoch 2 where 1 was expected',
    ],
    [
      'that reports text',
      "await trial.report({ epoch: 1, valLoss: '0.5' })",
      'was given "0.5" as valLoss',
    ],
  ])('%s is told what to do', async (_, body, message) => {
    const dir = temporaryDir()
    const { running } = start(await ownPool(), attemptOf(dir, moduleOf(dir, body), { epochs: 9 }))
    await expect(running.result).rejects.toMatchObject({
      name: 'UserError',
      problem: expect.stringContaining(message) as string,
    })
  })

  it('compiles a step that gives what plain operations give, with state that stays', async () => {
    const dir = temporaryDir()
    const { running, epochs, notes } = start(
      await ownPool(),
      attemptOf(dir, moduleOf(dir, STEPS), { epochs: 2 }),
    )
    await running.result
    const [compiled, eager] = epochs
    expect(compiled!.extra!['engine']).toBe(1)
    expect(compiled!.valLoss).toBeCloseTo(eager!.valLoss, 5)
    expect(compiled!.extra!['weight']).toBeCloseTo(eager!.extra!['weight']!, 5)
    expect(notes).toEqual([])
  })

  it('runs a step that cannot be written down operation by operation, and is told why', async () => {
    const dir = temporaryDir()
    const body = `
      const step = await trial.compile({ name: 'peek', inputs: { x: [2] }, body: (_, { x }) => ({ outputs: { y: x.mul(x.dataSync()[0]) } }) })
      const { y } = await step.run({ x: Float32Array.of(3, 4) })
      await trial.report({ epoch: 1, valLoss: y.data[1], eager: step.eager === null ? 0 : 1 })`
    const { running, epochs, notes } = start(
      await ownPool(),
      attemptOf(dir, moduleOf(dir, body), { epochs: 1 }),
    )
    await running.result
    expect(epochs[0]).toMatchObject({ valLoss: 12, extra: { eager: 1 } })
    expect(notes).toEqual([
      expect.stringContaining("peek runs operation by operation: reads a tensor's value back"),
    ])
  })
})

/**
 * Gradient descent on one weight vector, compiled in the first epoch and operation by operation in
 * the second; evaluation shares the state.
 */
const STEPS = `
  const { tf } = trial
  for (const [i, eager] of [false, true].entries()) {
    const step = await trial.compile({
      state: { w: tf.tensor([1, -1, 0.5]) },
      inputs: { x: [4, 3], y: [4], rate: [] },
      eager,
      body: ({ w }, { x, y, rate }) => {
        const { value, grads } = tf.valueAndGrads(w => x.matMul(w.expandDims(1)).squeeze([1]).sub(y).square().mean())([w])
        return { outputs: { loss: value }, state: { w: w.sub(grads[0].mul(rate)) } }
      },
    })
    const evaluate = await trial.compile({ state: step, inputs: { x: [1, 3] }, eager, body: ({ w }, { x }) => ({ outputs: { y: x.matMul(w.expandDims(1)).sum() } }) })
    const x = Float32Array.from({ length: 12 }, (_, k) => Math.sin(k))
    for (let k = 0; k < 5; k++) await step.run({ x, y: tf.tensor([1, 2, 3, 4]), rate: 0.1 })
    const { y } = await evaluate.run({ x: Float32Array.of(1, 2, 3) })
    const { w } = await step.read()
    await trial.report({ epoch: i + 1, valLoss: y.data[0], weight: w.data[0], engine: step.engine === 'onnxruntime' ? 1 : 0 })
  }`
