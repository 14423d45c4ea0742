import { describe, expect, expectTypeOf, it } from 'vitest'
import { Mutex } from '../../src/util/mutex.js'
import { optional } from '../../src/util/optional.js'
import { throttle } from '../../src/util/throttle.js'

describe('a mutex', () => {
  it('runs one piece of work at a time, in the order of the calls', async () => {
    const mutex = new Mutex()
    const events: string[] = []
    const work = (name: string, ms: number) => async () => {
      events.push(`${name} begins`)
      await new Promise(resolve => setTimeout(resolve, ms))
      events.push(`${name} ends`)
      return name
    }
    expect(await Promise.all([mutex.run(work('a', 10)), mutex.run(work('b', 0))])).toEqual([
      'a',
      'b',
    ])
    expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends'])
  })

  it('goes on after work that fails', async () => {
    const mutex = new Mutex()
    const failure = mutex.run(() => Promise.reject(new Error('no')))
    const next = mutex.run(() => 1)
    await expect(failure).rejects.toThrow('no')
    expect(await next).toBe(1)
    await mutex.idle()
  })
})

it('a throttle drops what comes too soon', () => {
  let time = 0
  const values: number[] = []
  const throttled = throttle(
    100,
    (value: number) => values.push(value),
    () => time,
  )
  for (time = 0; time < 250; time += 50) throttled(time)
  expect(values).toEqual([0, 100, 200])
})

it('optional drops undefined entries, in the type too', () => {
  const maybe = 1 as number | undefined
  const result = optional({ a: maybe, b: undefined as string | undefined, c: null, d: 'x' })
  expect(result).toEqual({ a: 1, c: null, d: 'x' })
  expect(Object.keys(result)).toEqual(['a', 'c', 'd'])
  expectTypeOf(result.a).toEqualTypeOf<number | undefined>()
  expectTypeOf(result.d).toEqualTypeOf<string>()
})
