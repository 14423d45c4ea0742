import { describe, expect, it } from 'vitest'
import { StateBuffer } from '../../src/compile/engines/onnxruntime-state.js'
import { loadOnnxruntime } from '../../src/compile/engines/onnxruntime-package.js'
import { SerialRunnable } from '../../src/compile/engines/serial-runnable.js'
import { SpareArrays } from '../../src/compile/engines/spare-arrays.js'
import { StateEntries } from '../../src/compile/engines/state-entries.js'
import { UnchangedRuns } from '../../src/compile/engines/unchanged-runs.js'
import type { Program } from '../../src/compile/index.js'
import { Mutex } from '../../src/util/mutex.js'
import { float } from './programs.js'

const { ort } = await loadOnnxruntime()
const buffer = (value: number): StateBuffer =>
  new StateBuffer(
    ort,
    float([2], () => value),
  )

describe('a state buffer', () => {
  it('keeps the current value while the next one is written, until they are swapped', () => {
    const state = buffer(1)
    ;(state.next.data as Float32Array).fill(2)
    expect([[...state.data], state.version]).toEqual([[1, 1], 0])
    state.swap()
    expect([[...state.data], state.version]).toEqual([[2, 2], 1])
    expect([...(state.next.data as Float32Array)]).toEqual([1, 1])
  })

  it('has a new version after every change', () => {
    const state = buffer(1)
    state.write(Float32Array.of(3, 4))
    state.markWritten()
    expect([[...state.data], state.version]).toEqual([[3, 4], 2])
  })
})

describe('the count of unchanged runs', () => {
  it('grows while the buffers stay the same, and begins again after a change', () => {
    const runs = new UnchangedRuns()
    const [a, b] = [buffer(1), buffer(2)]
    expect([runs.next([a, b]), runs.next([a, b]), runs.next([a, b])]).toEqual([0, 1, 2])
    a.markWritten()
    expect([runs.next([a, b]), runs.next([a, b])]).toEqual([0, 1])
    expect([runs.next([a, buffer(2)]), runs.next([a])]).toEqual([0, 0])
  })

  it('begins again after a reset, and counts no buffers too', () => {
    const runs = new UnchangedRuns()
    const a = buffer(1)
    runs.next([a])
    expect([runs.usesAny(new Set([a])), runs.usesAny(new Set([buffer(1)]))]).toEqual([true, false])
    runs.reset()
    expect([runs.usesAny(new Set([a])), runs.next([a])]).toEqual([false, 0])
    expect([runs.next([]), runs.next([])]).toEqual([0, 1])
  })
})

describe('spare arrays', () => {
  it('are reused by length', () => {
    const arrays = new SpareArrays()
    const first = arrays.copy(Float32Array.of(1, 2))
    arrays.recycle(first)
    expect(arrays.copy(Float32Array.of(3))).not.toBe(first)
    const second = arrays.copy(Float32Array.of(4, 5))
    expect(second).toBe(first)
    expect([...second]).toEqual([4, 5])
  })

  it('are never more than were allocated, and none after a clear', () => {
    const arrays = new SpareArrays()
    const first = arrays.copy(Float32Array.of(1))
    arrays.recycle(first)
    arrays.recycle(Float32Array.of(7))
    expect(arrays.copy(Float32Array.of(2))).toBe(first)
    expect(arrays.copy(Float32Array.of(3))).not.toBe(first)
    arrays.recycle(first)
    arrays.clear()
    expect(arrays.copy(Float32Array.of(4))).not.toBe(first)
  })
})

describe('the entries of a state', () => {
  it('are found by name until they are cleared', () => {
    const entries = new StateEntries([
      ['a', 1],
      ['b', 2],
    ])
    entries.set('a', 3)
    expect([entries.get('a'), entries.values(), entries.names]).toEqual([3, [3, 2], ['a', 'b']])
    expect(() => entries.get('z')).toThrow('no state z; there are a, b')
    expect(entries.clear()).toEqual([3, 2])
    expect(() => entries.get('a')).toThrow('no state a; there are none: it was disposed')
  })
})

describe('a runnable', () => {
  const program: Program = { name: 'p', state: {}, inputs: {}, body: () => ({ outputs: {} }) }

  it('runs one call at a time; after its disposal calls fail, and it is disposed once', async () => {
    const events: string[] = []
    const runnable = new SerialRunnable(program, new Mutex(), {
      async run() {
        events.push('begin')
        await new Promise(resolve => setTimeout(resolve, 5))
        events.push('end')
        return {}
      },
      dispose: () => void events.push('dispose'),
    })
    const running = Promise.all([runnable.run([], {}), runnable.run([], {})])
    await running
    runnable.dispose()
    runnable.dispose()
    await expect(runnable.run([], {})).rejects.toThrow('p: was disposed')
    expect(events).toEqual(['begin', 'end', 'begin', 'end', 'dispose'])
  })
})
