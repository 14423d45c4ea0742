import * as tf from '@tensorflow/tfjs'
import type { Tensor } from '@tensorflow/tfjs'
export const embedding = (table: Tensor, ids: Tensor): Tensor => tf.gather(table, ids as tf.Tensor1D)
export const rmsNorm = (x: Tensor, w: Tensor, eps: number): Tensor => x.mul(tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), eps))).mul(w)
export const swiglu = (gate: Tensor, up: Tensor): Tensor => tf.mul(tf.mul(gate, tf.sigmoid(gate)), up)
export const rotary = (x: Tensor, cos: Tensor, sin: Tensor): Tensor => {
  const half = x.shape[3]! / 2
  const turned = tf.concat([tf.neg(tf.slice(x, [0, 0, 0, half])), tf.slice(x, [0, 0, 0, 0], [-1, -1, -1, half])], -1)
  return x.mul(cos).add(turned.mul(sin))
}
export const causalAttention = (q: Tensor, k: Tensor, v: Tensor): Tensor => {
  const [b, h, t, d] = q.shape as [number, number, number, number]
  const kv = k.shape[1]!
  const folded = q.reshape([b, kv, (h / kv) * t, d])
  const mask = tf.tensor2d(Float32Array.from({ length: t * t }, (_, i) => (i % t <= Math.floor(i / t) ? 0 : -1e9)), [t, t])
  const s = tf.softmax(tf.add(tf.mul(tf.matMul(folded, k, false, true), d ** -0.5).reshape([b, h, t, t]), mask)).reshape([b, kv, (h / kv) * t, t])
  return tf.matMul(s, v).reshape([b, h, t, d])
}
export const sparseCrossEntropy = (logits: Tensor, labels: Tensor): Tensor => tf.neg(tf.sum(tf.mul(tf.logSoftmax(logits), tf.oneHot(labels.toInt() as tf.Tensor1D, logits.shape[1]!)), 1))
