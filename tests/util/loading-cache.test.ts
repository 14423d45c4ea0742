import { describe, expect, it } from 'vitest'
import type { Engine, Program, Runnable } from '../../src/compile/index.js'
import { LoadingCache } from '../../src/util/loading-cache.js'
import { runnablesOn } from '../../src/decoder/runnables.js'

describe('a cache', () => {
  const counted = (): { load: (value: string) => () => Promise<string>; loads: string[] } => {
    const loads: string[] = []
    return { loads, load: value => () => (loads.push(value), Promise.resolve(value)) }
  }

  it('loads once what is asked for again', async () => {
    const { load, loads } = counted()
    const cache = new LoadingCache<string>(2)
    expect(await Promise.all([cache.get('a', load('a')), cache.get('a', load('a'))])).toEqual([
      'a',
      'a',
    ])
    expect(loads).toEqual(['a'])
  })

  it('lets go of what was used longest ago', async () => {
    const { load, loads } = counted()
    const dropped: string[] = []
    const cache = new LoadingCache<string>(2, value => void dropped.push(value))
    for (const key of ['a', 'b', 'a', 'c']) await cache.get(key, load(key))
    expect(dropped).toEqual(['b'])
    await cache.get('a', load('a'))
    expect(loads).toEqual(['a', 'b', 'c'])
    await cache.clear()
    expect(dropped.sort()).toEqual(['a', 'b', 'c'])
  })

  it('tries again what could not be loaded', async () => {
    const cache = new LoadingCache<string>(2)
    await expect(cache.get('a', () => Promise.reject(new Error('gone')))).rejects.toThrow('gone')
    expect(await cache.get('a', () => Promise.resolve('there'))).toBe('there')
  })
})

it('programs are loaded once, and those used longest ago make room', async () => {
  const loaded: string[] = []
  const disposed: string[] = []
  const engine = {
    load: (programs: readonly Program[]) =>
      Promise.resolve(
        programs.map(({ name }): Runnable => {
          loaded.push(name)
          return { run: () => Promise.resolve({}), dispose: () => void disposed.push(name) }
        }),
      ),
  } as Partial<Engine> as Engine
  const runnables = runnablesOn(engine)
  const get = (name: string): Promise<Runnable> =>
    runnables.get(name, () => ({ name, state: {}, inputs: {}, body: () => ({ outputs: {} }) }))
  for (let i = 0; i < 30; i++) {
    await get(`program ${i}`)
    await get('program 0')
  }
  expect(loaded.length).toBe(30)
  expect(disposed).not.toContain('program 0')
  expect(disposed[0]).toBe('program 1')
  await runnables.dispose()
  expect(new Set(disposed)).toEqual(new Set(loaded))
  expect(disposed.length).toBe(30)
})
