import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  attention,
  cachedAttention,
  createEngine,
  embedding,
  gelu,
  layerNorm,
  rmsNorm,
  rotary,
  rotaryAt,
  sparseCrossEntropy,
  swiglu,
} from '../../src/compile/index.js'
import type { Engine, HostTensor, Named, Program } from '../../src/compile/index.js'
import { float, int, uniforms } from './programs.js'
import { testedEngines } from './tested-engines.js'

interface Case {
  readonly inputs: Named<HostTensor>
  /** Inputs that a gradient flows to. */
  readonly learned: readonly string[]
  readonly op: (x: Named<Tensor>) => Tensor
  /** The same in plain operations, with tfjs's own gradients. */
  readonly plain: (x: Named<Tensor>) => Tensor
}

const next = uniforms(3)
const signed = (): number => 2 * next() - 1
const angle = (of: (x: number) => number): HostTensor =>
  float([3, 4], i => of(Math.floor(i / 4) / 10 ** (i % 2)))
const causal = float([3, 3], i => (i % 3 <= Math.floor(i / 3) ? 0 : -1e9))
const heads = (keyHeads: number): Named<HostTensor> => ({
  q: float([2, 4, 3, 5], signed),
  k: float([2, keyHeads, 3, 5], signed),
  v: float([2, keyHeads, 3, 5], signed),
})

function plainAttention({ q, k, v, mask }: Named<Tensor>, repeats: number): Tensor {
  const repeat = (x: Tensor): Tensor =>
    tf.concat(
      (x.shape[1] === 1 ? [x] : tf.split(x, x.shape[1]!, 1)).flatMap(head =>
        Array.from({ length: repeats }, () => head),
      ),
      1,
    )
  return tf.matMul(
    tf.softmax(tf.matMul(q!, repeat(k!), false, true).mul(0.4).add(mask!)),
    repeat(v!),
  )
}

const cases: Record<string, Case> = {
  'sparse cross-entropy': {
    inputs: { logits: float([4, 5], () => 3 * signed()), labels: int([4], i => [4, 0, 2, 2][i]!) },
    learned: ['logits'],
    op: x => sparseCrossEntropy(x.logits!, x.labels!),
    plain: x =>
      tf
        .logSoftmax(x.logits!)
        .mul(tf.oneHot(x.labels as tf.Tensor1D, 5).cast('float32'))
        .sum(1)
        .neg(),
  },
  'RMS norm': {
    inputs: { x: float([2, 3, 4], signed), w: float([4], signed) },
    learned: ['x', 'w'],
    op: x => rmsNorm(x.x!, x.w!, 1e-3),
    plain: x => x.x!.div(x.x!.square().mean(-1, true).add(1e-3).sqrt()).mul(x.w!),
  },
  SwiGLU: {
    inputs: { gate: float([3, 4], () => 3 * signed()), up: float([3, 4], signed) },
    learned: ['gate', 'up'],
    op: x => swiglu(x.gate!, x.up!),
    plain: x => x.gate!.mul(x.gate!.sigmoid()).mul(x.up!),
  },
  'layer norm': {
    inputs: { x: float([2, 3, 4], signed), w: float([4], signed), b: float([4], signed) },
    learned: ['x', 'w', 'b'],
    op: x => layerNorm(x.x!, x.w!, x.b!, 1e-3),
    plain: x => {
      const { mean, variance } = tf.moments(x.x!, -1, true)
      return x.x!.sub(mean).div(variance.add(1e-3).sqrt()).mul(x.w!).add(x.b!)
    },
  },
  GELU: {
    inputs: { x: float([3, 4], () => 3 * signed()) },
    learned: ['x'],
    op: x => gelu(x.x!),
    plain: x =>
      x.x!.mul(0.5).mul(
        x
          .x!.add(x.x!.pow(3).mul(0.044715))
          .mul(Math.sqrt(2 / Math.PI))
          .tanh()
          .add(1),
      ),
  },
  'rotary embedding': {
    inputs: { x: float([2, 2, 3, 4], signed), cos: angle(Math.cos), sin: angle(Math.sin) },
    learned: ['x'],
    op: x => rotary(x.x!, x.cos!, x.sin!),
    plain: x => {
      const low = x.x!.slice([0, 0, 0, 0], [-1, -1, -1, 2])
      const high = x.x!.slice([0, 0, 0, 2], [-1, -1, -1, 2])
      return x.x!.mul(x.cos!).add(tf.concat([high.neg(), low], 3).mul(x.sin!))
    },
  },
  embedding: {
    inputs: { table: float([5, 3], signed), ids: int([2, 3], i => [4, 0, 4, 2, 0, 4][i]!) },
    learned: ['table'],
    op: x => embedding(x.table!, x.ids!),
    plain: x =>
      tf
        .matMul(
          tf.oneHot(x.ids!.reshape([-1]) as tf.Tensor1D, 5).cast('float32'),
          x.table as tf.Tensor2D,
        )
        .reshape([2, 3, 3]),
  },
  attention: {
    inputs: { ...heads(4), mask: causal },
    learned: ['q', 'k', 'v'],
    op: x => attention(x.q!, x.k!, x.v!, x.mask!, 0.4),
    plain: x => plainAttention(x, 1),
  },
  'attention with shared keys': {
    inputs: { ...heads(2), mask: causal },
    learned: ['q', 'k', 'v'],
    op: x => attention(x.q!, x.k!, x.v!, x.mask!, 0.4),
    plain: x => plainAttention(x, 2),
  },
  'attention with a mask for each row': {
    inputs: { ...heads(1), mask: float([2, 1, 3, 3], i => (i % 4 === 1 ? -1e9 : 0)) },
    learned: ['q', 'k', 'v'],
    op: x => attention(x.q!, x.k!, x.v!, x.mask!, 0.4),
    plain: x => plainAttention(x, 4),
  },
}

const engines: Engine[] = []
beforeAll(async () => {
  for (const name of ['tfjs-cpu', ...testedEngines] as const)
    engines.push(await createEngine(name, { threads: 1 }))
})
afterAll(async () => {
  for (const engine of engines) await engine.dispose()
})

describe.each(Object.entries(cases))('%s', (_, { inputs, learned, op, plain }) => {
  it('has the values and gradients of its plain form, on every engine', async () => {
    const expected = await run(engines[0]!, program(plain, inputs, learned))
    for (const engine of engines) {
      const found = await run(engine, program(op, inputs, learned))
      expect(Object.keys(found)).toEqual(Object.keys(expected))
      for (const [name, { data, shape }] of Object.entries(expected)) {
        expect(found[name]!.shape).toEqual(shape)
        data.forEach((value, i) =>
          expect(Math.abs(found[name]!.data[i]! - value), `${engine.name}, ${name}`).toBeLessThan(
            1e-5,
          ),
        )
      }
    }
  })

  it('has the slope that small steps show', async () => {
    const { value: _, ...gradients } = await run(engines[0]!, program(op, inputs, learned))
    const [score] = await engines[0]!.load([{ ...program(op, inputs, []), name: 'score' }])
    for (const name of learned) {
      const gradient = gradients[`gradient of ${name}`]!
      for (const i of [0, 3, gradient.data.length - 1]) {
        const step = 1e-2
        const at = async (shift: number): Promise<number> => {
          const moved = {
            ...inputs[name]!,
            data: inputs[name]!.data.map((x, j) => (j === i ? x + shift : x)) as Float32Array,
          }
          const { value } = await score!.run([], { ...inputs, [name]: moved })
          return [...value!.data].reduce((sum, x, j) => sum + x * weight(j), 0)
        }
        expect(((await at(step)) - (await at(-step))) / (2 * step), `${name}[${i}]`).toBeCloseTo(
          gradient.data[i]!,
          2,
        )
      }
    }
  })
})

describe.each([
  [1, 2],
  [2, 2],
  [3, 4],
  [4, 1],
])('cached attention of %i tokens a row, %i key heads', (length, keyHeads) => {
  const [heads, positions, width] = [4, 7, 8]
  const at = int([3], i => [0, 2, 3][i]!)
  const fresh = (count: number): HostTensor => float([3, length, count, width], signed)
  const held = (): HostTensor => float([3, keyHeads, positions, width], signed)
  const inputs = { q: fresh(heads), k: fresh(keyHeads), v: fresh(keyHeads), at }
  const state = { keys: held(), values: held() }

  it.each([
    ['all', {}, at],
    ['a window of them', { window: 2 }, at],
    ['none but each other', { empty: true }, int([3], () => 0)],
    ['a window of each other', { empty: true, window: 2 }, int([3], () => 0)],
  ])(
    'is attention to tokens so far, and the cache keeps the new ones in place, on every engine: %s',
    async (_, more, at) => {
      const options = { scale: 0.4, ...more }
      const window = 'window' in more ? more.window : undefined
      const given = { ...inputs, at }
      const program: Program = {
        name: 'cached attention',
        inputs: given,
        state,
        body: ({ keys, values }, { q, k, v, at }) => {
          const { mixed, ...cache } = cachedAttention(
            q!,
            k!,
            v!,
            { keys: keys!, values: values! },
            at!,
            options,
          )
          return { outputs: { mixed }, state: cache }
        },
      }
      for (const engine of engines) {
        const kept = await engine.createState(state)
        const [runnable] = await engine.load([program])
        const { mixed } = await runnable!.run(kept, given)
        const { keys, values } = await kept.read()
        const cell = (cache: HostTensor, row: number, head: number, place: number): number[] => {
          const begin = ((row * keyHeads + head) * positions + place) * width
          return [...cache.data.subarray(begin, begin + width)]
        }
        for (const [name, cache, given, old] of [
          ['keys', keys!, inputs.k, state.keys],
          ['values', values!, inputs.v, state.values],
        ] as const) {
          for (let row = 0; row < 3; row++)
            for (let head = 0; head < keyHeads; head++)
              for (let place = 0; place < positions; place++) {
                const i = place - at.data[row]!
                const begin = ((row * length + i) * keyHeads + head) * width
                const expected =
                  i >= 0 && i < length
                    ? [...given.data.subarray(begin, begin + width)]
                    : cell(old, row, head, place)
                expect(
                  cell(cache, row, head, place),
                  `${engine.name}, ${name} ${row} ${head} ${place}`,
                ).toEqual(expected)
              }
        }
        mixed!.data.forEach((value, i) => {
          const [row, token, head, d] = [
            Math.floor(i / (length * heads * width)),
            Math.floor(i / (heads * width)) % length,
            Math.floor(i / width) % heads,
            i % width,
          ] as const
          const query = inputs.q.data.subarray(i - d, i - d + width)
          const place = at.data[row]! + token
          const seen = Array.from({ length: place + 1 }, (_, p) => p).filter(
            p => !window || p > place - window,
          )
          const keyHead = Math.floor(head / (heads / keyHeads))
          const weights = seen.map(p =>
            Math.exp(
              0.4 * cell(keys!, row, keyHead, p).reduce((sum, x, j) => sum + x * query[j]!, 0),
            ),
          )
          const total = weights.reduce((sum, w) => sum + w)
          const expected = seen.reduce(
            (sum, p, j) => sum + (weights[j]! / total) * cell(values!, row, keyHead, p)[d]!,
            0,
          )
          expect(
            Math.abs(value - expected),
            `${engine.name}, ${row} ${token} ${head} ${d}`,
          ).toBeLessThan(1e-5)
        })
        runnable!.dispose()
        kept.dispose()
      }
    },
  )

  it('turns each token by where it stands', async () => {
    const table = (of: (x: number) => number): HostTensor =>
      float([positions, width], i => of(Math.floor(i / width) / 3 ** (i % (width / 2))))
    const given = { x: inputs.q, at, cos: table(Math.cos), sin: table(Math.sin) }
    for (const engine of engines) {
      const { value } = await run(
        engine,
        program(x => rotaryAt(x.x!, x.cos!, x.sin!, x.at!), given, []),
      )
      value!.data.forEach((found, i) => {
        const [row, token, d] = [
          Math.floor(i / (length * heads * width)),
          Math.floor(i / (heads * width)) % length,
          i % width,
        ] as const
        const half = width / 2
        const [cos, sin] = [given.cos, given.sin].map(
          ({ data }) => data[(at.data[row]! + token) * width + d]!,
        ) as [number, number]
        const expected =
          given.x.data[i]! * cos +
          (d < half ? -given.x.data[i + half]! : given.x.data[i - half]!) * sin
        expect(Math.abs(found - expected), `${engine.name} ${i}`).toBeLessThan(1e-5)
      })
    }
  })
})

/** Uneven, so that a gradient in the wrong place shows. */
function weight(i: number): number {
  return Math.sin(i + 1)
}

it('attention does not let through what a mask hides, on any engine, to the last bit', async () => {
  const { inputs, op } = cases['attention with shared keys']!
  // Keys and values of the last position, as large as they please.
  const changed = Object.fromEntries(
    Object.entries(inputs).map(([name, tensor]): [string, HostTensor] =>
      name === 'k' || name === 'v'
        ? [
            name,
            float(tensor.shape, i =>
              Math.floor(i / 5) % 3 === 2 ? 200 * signed() : tensor.data[i]!,
            ),
          ]
        : [name, tensor],
    ),
  )
  for (const engine of engines) {
    const [before, after] = await Promise.all(
      [inputs, changed].map(given => run(engine, program(op, given, []))),
    )
    const seen = (outputs: Named<HostTensor>): number[] =>
      [...outputs.value!.data].filter((_, i) => Math.floor(i / 5) % 3 < 2)
    expect(seen(after!), engine.name).toEqual(seen(before!))
    expect(after!.value!.data, engine.name).not.toEqual(before!.value!.data)
  }
})

function program(op: Case['op'], inputs: Named<HostTensor>, learned: readonly string[]): Program {
  return {
    name: 'operation',
    state: {},
    inputs,
    body: (_, x) => {
      if (learned.length === 0) return { outputs: { value: op(x) } }
      const value = op(x)
      const weights = tf.tensor(
        Array.from({ length: value.size }, (_, i) => weight(i)),
        value.shape,
      )
      const gradients = tf.grads((...args: Tensor[]) =>
        op({ ...x, ...Object.fromEntries(args.map((arg, i) => [learned[i]!, arg])) })
          .mul(weights)
          .sum(),
      )
      const made = gradients(learned.map(name => x[name]!))
      return {
        outputs: {
          value,
          ...Object.fromEntries(
            made.map((gradient, i) => [`gradient of ${learned[i]!}`, gradient]),
          ),
        },
      }
    },
  }
}

async function run(engine: Engine, of: Program): Promise<Named<HostTensor>> {
  const [runnable] = await engine.load([of])
  return runnable!.run([], of.inputs as Named<HostTensor>) // they carry their data
}
