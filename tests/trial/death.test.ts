import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { UserError } from '../../src/errors.js'
import { HostDied, createPool, isOutOfMemory } from '../../src/trial/index.js'
import {
  alive,
  appears,
  job,
  jobModule,
  temporaryFile,
  testPool,
  training,
  until,
} from './fixtures.js'

const pidOf = async (pool: Awaited<ReturnType<typeof testPool>>) =>
  Number((await pool.run(job('pid')).result).answers[0])

describe('a host that dies', () => {
  it('killed in the middle of a job: the job is told how, and the next one runs', async () => {
    const deaths: HostDied[] = []
    const pool = await testPool({ slots: 1, onHostDied: death => void deaths.push(death) })
    const pid = await pidOf(pool)
    const file = temporaryFile()
    const running = pool.run(job('spin', file))
    const waiting = pool.run(job('pid'))
    await appears(file)
    process.kill(pid, 'SIGKILL')
    await expect(running.result).rejects.toBeInstanceOf(HostDied)
    await expect(running.result).rejects.toMatchObject({
      signal: 'SIGKILL',
      code: null,
      device: 'cpu',
      outOfMemory: false,
    })
    expect(Number((await waiting.result).answers[0])).not.toBe(pid)
    expect(deaths.map(({ message }) => message)).toEqual([
      'the process of device cpu was ended by SIGKILL',
    ])
  })

  it('takes all jobs of its slots with it, and none of another device', async () => {
    const pool = await testPool({ devices: ['cpu', 'cuda:0'], slots: 2 })
    const files = Array.from({ length: 4 }, temporaryFile)
    const devices: string[] = []
    const jobs = files.map((file, i) =>
      pool.run(job('until-stopped', file), { started: ({ device }) => void (devices[i] = device) }),
    )
    await Promise.all(files.map(appears))
    const killer = devices.indexOf('cpu')
    expect(devices.filter(device => device === 'cpu')).toHaveLength(2)
    jobs[killer]!.stop()
    await jobs[killer]!.result
    const kill = pool.run(job('kill', 'SIGKILL'))
    await expect(kill.result).rejects.toThrow(HostDied)
    const outcomes = await Promise.allSettled(
      jobs.map((job, i) => {
        if (devices[i] !== 'cpu') job.stop()
        return job.result
      }),
    )
    expect(
      outcomes.map(({ status }, i) => `${devices[i]} ${i === killer ? '' : status}`).sort(),
    ).toEqual(['cpu ', 'cpu rejected', 'cuda:0 fulfilled', 'cuda:0 fulfilled'])
  })

  it('leaves its last words in the error', async () => {
    const pool = await testPool({ slots: 1 })
    const { result } = pool.run(job('abort'))
    await expect(result).rejects.toMatchObject({ signal: 'SIGABRT' })
    await expect(result).rejects.toThrow('Check failed: the sky fell down')
  })

  it('for want of memory is told apart', async () => {
    const pool = await testPool({ slots: 1 })
    const { result } = pool.run(job('oom'))
    await expect(result).rejects.toMatchObject({ outOfMemory: true, signal: 'SIGKILL' })
    await expect(result).rejects.toThrow('out of memory')
    expect(isOutOfMemory(await result.catch((error: unknown) => error))).toBe(true)
    expect(isOutOfMemory(new Error('OOM when allocating tensor with shape[8,1024]'))).toBe(true)
    expect(isOutOfMemory(new Error('Cannot read properties of null'))).toBe(false)
  })

  it('as often as jobs kill it is started again, while others get something done', async () => {
    const pool = await testPool({ slots: 1 })
    for (let i = 0; i < 4; i++) {
      await expect(pool.run(job('kill', 'SIGKILL')).result).rejects.toThrow(HostDied)
      expect(await pool.run(training({ does: 'epochs', epochs: 1 })).result).toMatchObject({
        kind: 'complete',
      })
    }
  }, 180_000)
})

it('a device whose host cannot be started is given up with the reason', async () => {
  const began = performance.now()
  const pool = createPool({ devices: ['cpu'], slots: 1, jobModule, readyWithin: 1 })
  await expect(pool).rejects.toThrow(UserError)
  await expect(pool).rejects.toThrow(
    /device "cpu": cannot be used: its process died 3 times in a row; the last time .* did not start within 0\.001 s\. See /,
  )
  expect(performance.now() - began).toBeLessThan(10_000)
})

it('a host that every job kills is given up in the end, and says so to those who wait', async () => {
  const pool = await testPool({ slots: 1 })
  const jobs = Array.from({ length: 11 }, () => pool.run(job('kill', 'SIGKILL')).result)
  const outcomes = await Promise.all(
    jobs.map(result => result.catch((error: unknown) => (error as Error).name)),
  )
  expect(outcomes).toEqual([...Array<string>(9).fill('HostDied'), 'UserError', 'UserError'])
  await expect(pool.run(job('pid')).result).rejects.toThrow('died 9 times in a row')
}, 180_000)

it('hosts ignore the signals of a terminal', async () => {
  const pool = await testPool({ slots: 1 })
  const pid = await pidOf(pool)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.kill(pid, signal)
  expect(await pidOf(pool)).toBe(pid)
})

it('closing ends a job that does not listen, and leaves no process', async () => {
  const pool = await createPool({ devices: ['cpu'], slots: 2, jobModule, closeWithin: 300 })
  const pid = await pidOf(pool)
  const file = temporaryFile()
  const deaf = pool.run(job('spin', file))
  deaf.result.catch(() => undefined)
  await appears(file)
  await pool.close()
  await expect(deaf.result).rejects.toThrow('the pool was closed before the job had ended')
  expect(alive(pid)).toBe(false)
}, 180_000)

describe('a manager that is killed', () => {
  const manager = `
    const { createPool } = await import(${JSON.stringify(join(import.meta.dirname, '../../dist/trial/index.js'))})
    const [jobModule, file] = process.argv.slice(1)
    const pool = await createPool({ devices: ['cpu'], slots: 2, jobModule })
    const ask = (...prompts) => pool.run({ kind: 'answer', model: '', prompts, maxTokens: 1 })
    const { answers } = await ask('pid').result
    ask('spin', file)
    ask('spin', file)
    console.log(answers[0])
  `

  it('takes its hosts with it, even those whose threads are deep in work', async () => {
    const file = temporaryFile()
    const child = spawn(
      process.execPath,
      ['--input-type=module', '--eval', manager, jobModule, file],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    )
    onTestFinished(() => void child.kill('SIGKILL'))
    const pid = Number(String((await once(child.stdout, 'data'))[0]))
    await until(() => readFileSync(file, { encoding: 'utf8', flag: 'a+' }) === 'begun\nbegun\n')
    expect(alive(pid)).toBe(true)
    child.kill('SIGKILL')
    expect(await until(() => !alive(pid))).toBeLessThan(5000)
  })
})
