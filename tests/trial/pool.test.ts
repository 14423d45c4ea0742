import { readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors.js'
import { JobCancelled, createPool } from '../../src/trial/index.js'
import { appears, job, jobModule, temporaryFile, testPool, training, until } from './fixtures.js'

describe('a pool', () => {
  it('runs jobs in another process, side by side in its slots', async () => {
    const pool = await testPool({ slots: 2 })
    const { answers } = await pool.run(job('pid')).result
    expect(Number(answers[0])).not.toBe(process.pid)
    expect(answers.slice(1)).toEqual([
      String(Math.max(1, Math.floor(availableParallelism() / 2))),
      '-1',
    ])
    const file = temporaryFile()
    const slots: number[] = []
    const events = { started: ({ slot }: { slot: number }) => void slots.push(slot) }
    const results = [1, 2].map(() => pool.run(job('meet', file, '2'), events).result)
    expect(await Promise.all(results)).toEqual([{ answers: ['met'] }, { answers: ['met'] }])
    expect(slots).toEqual([0, 1])
  })

  it('takes jobs in the order in which they came', async () => {
    const pool = await testPool({ slots: 1 })
    const file = temporaryFile()
    await Promise.all(['a', 'b', 'c', 'd'].map(name => pool.run(job('write', file, name)).result))
    expect(readFileSync(file, 'utf8')).toBe('a\nb\nc\nd\n')
  })

  it('spreads jobs over its devices, one host each, and pins each to its own', async () => {
    const pool = await testPool({ devices: ['cpu', 'cuda:1'], slots: 1 })
    expect(pool.slots).toBe(2)
    const file = temporaryFile()
    const places: unknown[] = []
    const meeting = [1, 2].map(
      () => pool.run(job('meet', file, '2'), { started: place => void places.push(place) }).result,
    )
    await Promise.all(meeting)
    expect(places).toEqual([
      { device: 'cpu', slot: 0 },
      { device: 'cuda:1', slot: 1 },
    ])
    const both = await Promise.all([pool.run(job('pid')).result, pool.run(job('pid')).result])
    expect(new Set(both.map(({ answers }) => answers[0])).size).toBe(2)
    expect(both.map(({ answers }) => answers[2]).sort()).toEqual(['-1', '1'])
  })

  it('tells epochs in order and before the result, and progress a few times a second', async () => {
    const pool = await testPool()
    const told: string[] = []
    let progress = 0
    const result = await pool.run(training({ does: 'epochs', epochs: 3 }), {
      epoch: ({ epoch }, verdict) => void told.push(`${epoch} ${verdict.kind}`),
      progress: () => void progress++,
    }).result
    told.push(result.kind)
    expect(told).toEqual(['1 too-early', '2 too-early', '3 still-improving', 'complete'])
    expect(progress).toBeGreaterThan(0)
    expect(progress).toBeLessThan(20)
  })

  it('ends an overfitting training by the verdict on its curve, unless told not to', async () => {
    const pool = await testPool()
    const stopped = await pool.run(training({ does: 'epochs', epochs: 9 })).result
    expect(stopped).toMatchObject({
      kind: 'complete',
      stop: 'verdict',
      verdict: { kind: 'overfit', bestEpoch: 3 },
    })
    const whole = await pool.run(training({ does: 'epochs', epochs: 9 }, 'off')).result
    expect(whole).toMatchObject({ kind: 'complete', stop: 'budget' })
  })

  it('keeps what hosts print off the terminal, in the log', async () => {
    const log = temporaryFile()
    const pool = await testPool({ log })
    await pool.run(job('print')).result
    await until(() => readFileSync(log, 'utf8').includes('hello from a job'))
  })

  it.each([
    [
      'a device by another name',
      { devices: ['tpu'] },
      'device "tpu": is not one that trials can run on',
    ],
    ['no device', { devices: [] }, 'devices: is empty'],
    ['no slot', { slots: 0 }, 'slots: is 0'],
  ])('refuses %s', async (_, options, message) => {
    await expect(createPool({ devices: ['cpu'], slots: 1, ...options })).rejects.toThrow(UserError)
    await expect(createPool({ devices: ['cpu'], slots: 1, ...options })).rejects.toThrow(message)
  })
})

describe('stopping', () => {
  it('reaches a job whose thread does nothing but compute', async () => {
    const pool = await testPool()
    const file = temporaryFile()
    const running = pool.run(job('until-stopped', file))
    await appears(file)
    running.stop()
    expect(await running.result).toEqual({ answers: ['stopped'] })
    running.stop()
  })

  it('does not wait for a training that still loads its model and data', async () => {
    const pool = await createPool({ devices: ['cpu'], slots: 1, jobModule })
    const began = performance.now()
    const running = pool.run(training({ does: 'load' }))
    await new Promise<void>(resolve => void setTimeout(resolve, 200))
    running.stop()
    expect(await running.result).toEqual({ kind: 'stopped', history: [] })
    await pool.close()
    expect(performance.now() - began).toBeLessThan(5000)
  })

  it('takes a job out of the queue that has not begun', async () => {
    const pool = await testPool({ slots: 1 })
    const first = pool.run(job('until-stopped'))
    const second = pool.run(job('pid'))
    const third = pool.run(training({ does: 'epochs', epochs: 3 }))
    second.stop()
    third.stop()
    await expect(second.result).rejects.toThrow(JobCancelled)
    expect(await third.result).toEqual({ kind: 'stopped', history: [] })
    first.stop()
    await first.result
  })

  it('comes with closing the pool, after which nothing runs', async () => {
    const pool = await createPool({ devices: ['cpu'], slots: 1, jobModule })
    const file = temporaryFile()
    const running = pool.run(job('until-stopped', file))
    const waiting = pool.run(job('pid'))
    waiting.result.catch(() => undefined)
    await appears(file)
    await pool.close()
    expect(await running.result).toEqual({ answers: ['stopped'] })
    await expect(waiting.result).rejects.toThrow(JobCancelled)
    await expect(pool.run(job('pid')).result).rejects.toThrow('the pool is closed')
  })
})

describe('errors cross from the slot', () => {
  it('a mistake of the user as such', async () => {
    const pool = await testPool()
    const { result } = pool.run(job('user-error'))
    await expect(result).rejects.toBeInstanceOf(UserError)
    await expect(result).rejects.toMatchObject({
      subject: 'data.jsonl line 812',
      problem: 'is not JSON',
      remedy: 'Mend that line',
    })
  })

  it('a bug with its name and stack', async () => {
    const pool = await testPool()
    const { result } = pool.run(job('bug'))
    await expect(result).rejects.toMatchObject({
      name: 'TypeError',
      stack: expect.stringContaining('job-module.mjs') as string,
    })
    await expect(pool.run(job('throw-text')).result).rejects.toThrow('just text')
  })

  it.each([
    ['a result that cannot be sent', 'unsendable', /could not be cloned/],
    ['a thread that ends itself', 'exit-thread', /exited/],
    ['a rejection that nobody awaits', 'reject-unseen', /nobody awaited me/],
  ])('%s, and the slot works on', async (_, does, message) => {
    const pool = await testPool({ slots: 1 })
    await expect(pool.run(job(does)).result).rejects.toThrow(message)
    expect(await pool.run(job('pid')).result).toMatchObject({
      answers: [expect.any(String), expect.any(String), '-1'],
    })
  })

  it('a job module that is not there', async () => {
    const pool = await testPool({ jobModule: '/nowhere/jobs.js' })
    await expect(pool.run(job('pid')).result).rejects.toThrow(/Cannot find module/)
  })
})
