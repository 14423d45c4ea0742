import { describe, expect, it } from 'vitest'
import { changeBetween, takeSnapshot, wholeState } from '../../src/server/parts.js'
import { Streams } from '../../src/server/shared-parts.js'

function counted() {
  const counts = { reads: 0, watches: 0 }
  let value = 1
  let notify: (() => void) | null = null
  const source = {
    async parts() {
      counts.reads++
      await new Promise(done => setTimeout(done, 20))
      return new Map<string, unknown>([['value', value]])
    },
    watch(onChange: () => void) {
      counts.watches++
      notify = onChange
      return () => {
        counts.watches--
        notify = null
      }
    },
  }
  return { source, counts, change: (next: number) => ((value = next), notify?.()) }
}

describe('the listeners of a stream', () => {
  it('share one watch, and one reading at a time', async () => {
    const { source, counts, change } = counted()
    const streams = new Streams()
    const listeners = Array.from({ length: 5 }, () => streams.open('en /studies/s', source))
    const ends = listeners.map(listener => listener.watch(() => undefined))
    expect(counts.watches).toBe(1)
    const states = await Promise.all(listeners.map(listener => listener.read()))
    expect(counts.reads).toBe(1)
    expect(new Set(states).size).toBe(1)
    change(2)
    const later = await Promise.all(listeners.map(listener => listener.read()))
    expect(counts.reads).toBe(2)
    expect(later.map(state => wholeState(state!))).toEqual(
      Array(5).fill('{"set":{"value":2},"gone":[]}'),
    )
    for (const end of ends) end()
    expect(counts.watches).toBe(0)
  })

  it('get what changed during a reading', async () => {
    const { source, change } = counted()
    const stream = new Streams().open('s', source)
    const end = stream.watch(() => undefined)
    const first = stream.read()
    change(2)
    expect(wholeState((await stream.read())!)).toContain('"value":2')
    await first
    end()
  })

  it('of another language or study share nothing', () => {
    const { source } = counted()
    const streams = new Streams()
    expect(streams.open('en /studies/s', source)).not.toBe(streams.open('zh /studies/s', source))
  })
})

it('a change has the parts that differ, and the names of those that are gone', () => {
  const before = takeSnapshot(
    new Map<string, unknown>([
      ['a', 1],
      ['b', { x: '"' }],
      ['c', 3],
    ]),
  )
  const now = takeSnapshot(
    new Map<string, unknown>([
      ['a', 1],
      ['b', { x: 2 }],
      ['d', null],
    ]),
  )
  expect(JSON.parse(changeBetween(before.hashes, now)!)).toEqual({
    set: { b: { x: 2 }, d: null },
    gone: ['c'],
  })
  expect(changeBetween(now.hashes, now)).toBeNull()
  expect(before.id).not.toBe(now.id)
})
