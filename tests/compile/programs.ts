import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
import {
  attention,
  embedding,
  rmsNorm,
  rotary,
  sparseCrossEntropy,
  swiglu,
} from '../../src/compile/index.js'
import type { HostTensor, Named, Program, TensorSpec } from '../../src/compile/index.js'

export interface LlamaSize {
  readonly width: number
  readonly layers: number
  readonly vocabulary: number
  readonly heads: number
  readonly keyHeads: number
  readonly ffn: number
  readonly batch: number
  readonly length: number
}

export const tiny: LlamaSize = {
  width: 16,
  layers: 2,
  vocabulary: 29,
  heads: 4,
  keyHeads: 2,
  ffn: 24,
  batch: 2,
  length: 8,
}

export function float(shape: readonly number[], value: (i: number) => number): HostTensor {
  return {
    shape,
    dtype: 'float32',
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i)),
  }
}

export function int(shape: readonly number[], value: (i: number) => number): HostTensor {
  return {
    shape,
    dtype: 'int32',
    data: Int32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i)),
  }
}

/** Uniform in [0, 1), the same on every machine. */
export function uniforms(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

export function llamaShapes({
  width,
  layers,
  vocabulary,
  heads,
  keyHeads,
  ffn,
}: LlamaSize): Record<string, number[]> {
  const head = width / heads
  const shapes: Record<string, number[]> = { embedding: [vocabulary, width], norm: [width] }
  for (let l = 0; l < layers; l++) {
    Object.assign(shapes, {
      [`${l}.attentionNorm`]: [width],
      [`${l}.q`]: [width, width],
      [`${l}.k`]: [width, keyHeads * head],
      [`${l}.v`]: [width, keyHeads * head],
      [`${l}.o`]: [width, width],
      [`${l}.ffnNorm`]: [width],
      [`${l}.gate`]: [width, ffn],
      [`${l}.up`]: [width, ffn],
      [`${l}.down`]: [ffn, width],
    })
  }
  return shapes
}

/** Weights and AdamW's moments. */
export function llamaState(size: LlamaSize, seed = 7): Record<string, HostTensor> {
  const next = uniforms(seed)
  const state: Record<string, HostTensor> = {}
  for (const [name, shape] of Object.entries(llamaShapes(size))) {
    const zeros = float(shape, () => 0)
    state[name] =
      shape.length === 1 ? float(shape, () => 1) : float(shape, () => 0.2 * (next() - 0.5))
    state[`m/${name}`] = zeros
    state[`v/${name}`] = zeros
  }
  return state
}

export function tokens({ batch, length, vocabulary }: LlamaSize, seed: number): HostTensor {
  const next = uniforms(seed)
  return int([batch, length + 1], () => Math.floor(vocabulary * next() ** 3))
}

function angles(length: number, head: number, of: (x: number) => number): Tensor {
  const table = float([length, head], i =>
    of(Math.floor(i / head) / 10000 ** ((2 * (i % (head / 2))) / head)),
  )
  return tf.tensor(table.data, [length, head])
}

function loss(size: LlamaSize, weights: Named<Tensor>, batch: Tensor): tf.Scalar {
  const { width, layers, heads, keyHeads, length } = size
  const head = width / heads
  const rows = size.batch * length
  const w = (name: string): tf.Tensor2D => weights[name] as tf.Tensor2D
  const cos = angles(length, head, Math.cos)
  const sin = angles(length, head, Math.sin)
  const mask = tf.tensor(
    float([length, length], i => (i % length <= Math.floor(i / length) ? 0 : -1e9)).data,
    [length, length],
  )
  const split = (x: Tensor, count: number): Tensor =>
    x.reshape([size.batch, length, count, head]).transpose([0, 2, 1, 3])
  let x: Tensor = embedding(w('embedding'), batch.slice([0, 0], [size.batch, length]).reshape([-1]))
  for (let l = 0; l < layers; l++) {
    let h = rmsNorm(x, w(`${l}.attentionNorm`), 1e-5)
    const q = rotary(split(h.matMul(w(`${l}.q`)), heads), cos, sin)
    const k = rotary(split(h.matMul(w(`${l}.k`)), keyHeads), cos, sin)
    const mixed = attention(q, k, split(h.matMul(w(`${l}.v`)), keyHeads), mask, head ** -0.5)
    x = x.add(
      mixed
        .transpose([0, 2, 1, 3])
        .reshape([rows, width])
        .matMul(w(`${l}.o`)),
    )
    h = rmsNorm(x, w(`${l}.ffnNorm`), 1e-5)
    x = x.add(swiglu(h.matMul(w(`${l}.gate`)), h.matMul(w(`${l}.up`))).matMul(w(`${l}.down`)))
  }
  const logits = tf.matMul(rmsNorm(x, w('norm'), 1e-5), w('embedding'), false, true)
  return sparseCrossEntropy(logits, batch.slice([0, 1], [size.batch, length]).reshape([-1])).mean()
}

/** One step of AdamW on a Llama, written in tfjs operations. */
export function llamaTraining(size: LlamaSize): Program {
  const shapes = llamaShapes(size)
  const names = Object.keys(shapes)
  const spec = (shape: readonly number[]): TensorSpec => ({ shape, dtype: 'float32' })
  return {
    name: `train ${size.batch}x${size.length}`,
    state: Object.fromEntries(
      names.flatMap(name => ['', 'm/', 'v/'].map(prefix => [prefix + name, spec(shapes[name]!)])),
    ),
    inputs: {
      tokens: { shape: [size.batch, size.length + 1], dtype: 'int32' },
      rate: spec([]),
      step: spec([]),
    },
    body: (state, { tokens, rate, step }) => {
      const weights = names.map(name => state[name]!)
      const { value, grads } = tf.valueAndGrads((...ws: Tensor[]) =>
        loss(size, Object.fromEntries(ws.map((w, i) => [names[i]!, w])), tokens!),
      )(weights)
      const correction1 = tf.scalar(1).sub(tf.pow(0.9, step!))
      const correction2 = tf.scalar(1).sub(tf.pow(0.999, step!)).sqrt()
      const pace = rate!.mul(correction2).div(correction1)
      const epsilon = correction2.mul(1e-8)
      const keep = tf.scalar(1).sub(rate!.mul(0.01))
      const next: Record<string, Tensor> = {}
      for (const [i, name] of names.entries()) {
        const m = state[`m/${name}`]!.mul(0.9).add(grads[i]!.mul(0.1))
        const v = state[`v/${name}`]!.mul(0.999).add(grads[i]!.square().mul(0.001))
        Object.assign(next, {
          [`m/${name}`]: m,
          [`v/${name}`]: v,
          [name]: state[name]!.mul(keep).sub(m.div(v.sqrt().add(epsilon)).mul(pace)),
        })
      }
      return { outputs: { loss: value }, state: next }
    },
  }
}

export function llamaEvaluation(size: LlamaSize): Program {
  const shapes = llamaShapes(size)
  return {
    name: `evaluate ${size.batch}x${size.length}`,
    state: Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [name, { shape, dtype: 'float32' }]),
    ),
    inputs: { tokens: { shape: [size.batch, size.length + 1], dtype: 'int32' } },
    body: (state, { tokens }) => ({ outputs: { loss: loss(size, state, tokens!) } }),
  }
}

export const scalar = (value: number): HostTensor => float([], () => value)
