import type { Tensor } from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createEngine } from '../../src/compile/index.js'
import type { Engine, HostTensor, Named, Program } from '../../src/compile/index.js'
import { float, int, scalar } from './programs.js'
import { testedEngines } from './tested-engines.js'

const vector = { shape: [2], dtype: 'float32' } as const
const values = (tensor: HostTensor | undefined): number[] => [...tensor!.data]

const add = (name: string): Program => ({
  name: `add to ${name}`,
  state: { [name]: vector },
  inputs: { x: { shape: [], dtype: 'float32' } },
  body: (state, { x }) => ({ outputs: {}, state: { [name]: state[name]!.add(x!) } }),
})

describe.each([...testedEngines, 'tfjs-cpu'] as const)('state on %s', name => {
  let engine: Engine
  beforeAll(async () => {
    engine = await createEngine(name, { threads: 1 })
  })
  afterAll(() => engine.dispose())

  it("keeps each name's own value, whichever programs replaced it and how often", async () => {
    const state = await engine.createState({
      a: float([2], () => 0),
      b: float([2], () => 0),
      c: float([2], i => i),
    })
    const [a, b, all] = await engine.load([
      add('a'),
      add('b'),
      {
        name: 'sum',
        state: { a: vector, b: vector, c: vector },
        inputs: {},
        body: ({ a, b, c }) => ({ outputs: { sum: a!.add(b!).add(c!) }, state: { c: c!.add(a!) } }),
      },
    ])
    let expectA = 0
    let expectB = 0
    let expectC = 0
    for (const [i, which] of [
      'a',
      'b',
      'all',
      'a',
      'a',
      'all',
      'b',
      'all',
      'all',
      'a',
      'all',
    ].entries()) {
      if (which === 'a') {
        await a!.run(state, { x: scalar(i + 1) })
        expectA += i + 1
      } else if (which === 'b') {
        await b!.run(state, { x: scalar(i + 1) })
        expectB += i + 1
      } else {
        const { sum } = await all!.run(state, {})
        expect(values(sum)).toEqual([expectA + expectB + expectC, expectA + expectB + expectC + 1])
        expectC += expectA
      }
      const now = await state.read()
      expect([now.a, now.b, now.c].map(tensor => values(tensor))).toEqual([
        [expectA, expectA],
        [expectB, expectB],
        [expectC, expectC + 1],
      ])
    }
    state.dispose()
  })

  it('is looked up in several states, the first that has a name', async () => {
    const weights = await engine.createState({ w: float([2], () => 2), seen: float([2], () => 5) })
    const caches = [7, 9].map(start => engine.createState({ seen: float([2], () => start) }))
    const [remember] = await engine.load([
      {
        name: 'remember',
        state: { w: vector, seen: vector },
        inputs: {},
        body: ({ w, seen }) => ({ outputs: { w: w! }, state: { seen: seen!.add(w!) } }),
      },
    ])
    for (const cache of caches) await remember!.run([await cache, weights], {})
    await remember!.run([await caches[0]!, weights], {})
    expect(values((await (await caches[0]!).read()).seen)).toEqual([11, 11])
    expect(values((await (await caches[1]!).read()).seen)).toEqual([11, 11])
    expect(values((await weights.read(['seen'])).seen)).toEqual([5, 5])
  })

  it('can trade places, be set from an input, stay as it is, and be a constant', async () => {
    const state = await engine.createState({
      a: float([2], () => 1),
      b: float([2], () => 2),
      c: float([2], () => 3),
      d: float([2], () => 4),
    })
    const [trade] = await engine.load([
      {
        name: 'trade',
        state: { a: vector, b: vector, c: vector, d: vector },
        inputs: { x: vector },
        body: ({ a, b, d }, { x }) => ({
          outputs: { a: a!, again: a!, x: x! },
          state: { a: b!, b: a!, c: x!, d: d! },
        }),
      },
    ])
    const outputs = await trade!.run(state, { x: float([2], () => 9) })
    expect([outputs.a, outputs.again, outputs.x].map(values)).toEqual([
      [1, 1],
      [1, 1],
      [9, 9],
    ])
    const now = await state.read()
    expect([now.a, now.b, now.c, now.d].map(values)).toEqual([
      [2, 2],
      [1, 1],
      [9, 9],
      [4, 4],
    ])
  })

  it('is read and written in copies', async () => {
    const given = float([2], () => 1)
    const state = await engine.createState({ a: given, n: int([2], i => i) })
    given.data[0] = 50
    const read = await state.read()
    expect([values(read.a), values(read.n)]).toEqual([
      [1, 1],
      [0, 1],
    ])
    read.a!.data[0] = 60
    const next = float([2], () => 3)
    await state.write({ a: next })
    next.data[0] = 70
    const [a] = await engine.load([add('a')])
    await a!.run(state, { x: scalar(1) })
    await a!.run(state, { x: scalar(1) })
    await state.write({ a: float([2], () => 8) })
    await a!.run(state, { x: scalar(1) })
    expect(values((await state.read(['a'])).a)).toEqual([9, 9])
    expect(Object.keys(await state.read(['n']))).toEqual(['n'])
  })

  it('and outputs stay what they were when the next run comes', async () => {
    const state = await engine.createState({ a: float([2], () => 0) })
    const [count] = await engine.load([
      {
        name: 'count',
        state: { a: vector },
        inputs: {},
        body: ({ a }) => ({ outputs: { next: a!.add(1) }, state: { a: a!.add(1) } }),
      },
    ])
    const outputs: Named<HostTensor>[] = []
    for (let i = 0; i < 4; i++) outputs.push(await count!.run(state, {}))
    expect(outputs.map(({ next }) => values(next)[0])).toEqual([1, 2, 3, 4])
  })

  it('takes calls in the order they were made, without waiting between them', async () => {
    const state = await engine.createState({ a: float([2], () => 1) })
    const [grow] = await engine.load([
      {
        name: 'grow',
        state: { a: vector },
        inputs: { x: { shape: [], dtype: 'float32' } },
        body: ({ a }, { x }: Named<Tensor>) => ({
          outputs: { a: a! },
          state: { a: a!.mul(2).add(x!) },
        }),
      },
    ])
    const runs = [1, 2, 3].map(x => grow!.run(state, { x: scalar(x) }))
    const read = state.read()
    expect((await Promise.all(runs)).map(({ a }) => values(a)[0])).toEqual([1, 3, 8])
    expect(values((await read).a)).toEqual([19, 19])
  })

  it('that lasts may change all the same: after many runs, by a program, by hand, for another, and for one that is gone', async () => {
    const [times, a] = await engine.load([
      {
        name: 'times',
        state: { w: { shape: [2, 2], dtype: 'float32' }, a: vector },
        inputs: { x: { shape: [1, 2], dtype: 'float32' } },
        frozen: ['w', 'a'],
        body: ({ w, a }, { x }) => ({ outputs: { y: x!.matMul(w!).add(a!) } }),
      },
      add('a'),
    ])
    const first = await engine.createState({ w: float([2, 2], i => i), a: float([2], () => 0) })
    const x = { x: float([1, 2], () => 1) }
    const often = async (state: typeof first, expected: readonly number[]): Promise<void> => {
      for (let i = 0; i < 40; i++)
        expect(values((await times!.run(state, x))['y'])).toEqual(expected)
    }
    await often(first, [2, 4])
    await a!.run(first, { x: scalar(10) })
    await often(first, [12, 14])
    await first.write({ w: float([2, 2], () => 1) })
    await often(first, [12, 12])
    const second = await engine.createState({ w: float([2, 2], () => 3), a: float([2], () => 0) })
    await often(second, [6, 6])
    expect(values((await times!.run(first, x))['y'])).toEqual([12, 12])
    second.dispose()
    await expect(times!.run(second, x)).rejects.toThrow('disposed')
    await often(first, [12, 12])
    times!.dispose()
    first.dispose()
  })

  it('refuses what does not fit, by name', async () => {
    const state = await engine.createState({ a: float([2], () => 0) })
    const [a] = await engine.load([add('a')])
    await expect(a!.run(state, {})).rejects.toThrow('add to a: input x: missing')
    await expect(a!.run(state, { x: float([2], () => 0) })).rejects.toThrow(
      'add to a: input x: is float32 [2], declared float32 []',
    )
    await expect(a!.run(state, { x: int([], () => 0) })).rejects.toThrow('declared float32')
    await expect(
      a!.run(state, { x: { shape: [], dtype: 'float32', data: new Float32Array(3) } }),
    ).rejects.toThrow('3 values for the shape []')
    await expect(state.write({ a: float([3], () => 0) })).rejects.toThrow('state a: is float32 [3]')
    await expect(state.write({ z: float([3], () => 0) })).rejects.toThrow('no state z; there are a')
    const [b] = await engine.load([add('b')])
    await expect(b!.run(state, { x: scalar(0) })).rejects.toThrow('add to b: no state has b')
    const narrow = await engine.createState({ a: float([3], () => 0) })
    await expect(a!.run(narrow, { x: scalar(0) })).rejects.toThrow(
      'add to a: state a: is float32 [3], declared float32 [2]',
    )
    await a!.run(state, { x: scalar(1) })
    expect(values((await state.read()).a)).toEqual([1, 1])
    a!.dispose()
    await expect(a!.run(state, { x: scalar(1) })).rejects.toThrow('was disposed')
    state.dispose()
    await expect(state.read(['a'])).rejects.toThrow('disposed')
  })
})
