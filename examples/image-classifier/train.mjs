// A training of one's own: a small convolutional network that tells drawn shapes apart, in
// TensorFlow.js. Its step — forward, backward, Adam — is compiled into one graph by trial.compile;
// the first trial prints how much faster that is than operation by operation.
import { draw, generator, SIDE } from './shapes.mjs'

const BATCH = 32
const EVALUATED = 256
// Loaded once for all trials of a slot.
const training = draw(768, 1)
const validation = draw(EVALUATED, 2)

/**
 * @param {import('tune').Trial<{ learningRate: number, filters: number, epochs: number }>} trial
 */
export async function train(trial) {
  const { tf, params, resumed } = trial
  const weights = initial(trial)
  const names = Object.keys(weights)
  const state = resumed?.state ?? { ...weights, ...zeros(weights, 'm'), ...zeros(weights, 'v') }

  const network = (w, images) => {
    const first = images.conv2d(w.kernel1, 1, 'same').add(w.bias1).relu().maxPool(2, 2, 'same')
    const second = first.conv2d(w.kernel2, 1, 'same').add(w.bias2).relu().maxPool(2, 2, 'same')
    return second.reshape([images.shape[0], -1]).matMul(w.dense).add(w.bias3)
  }
  /** @type {(w: any, batch: any) => any} */
  const crossEntropy = (w, { images, labels }) =>
    network(w, images).logSoftmax().mul(labels.oneHot(4)).sum(-1).mean().neg()

  /** @type {any} */
  const program = {
    name: 'a training step',
    state,
    inputs: {
      images: [BATCH, SIDE, SIDE, 1],
      labels: { shape: [BATCH], dtype: 'int32' },
      rate: [],
    },
    body(state, { rate, ...batch }) {
      const pick = values => Object.fromEntries(names.map((name, i) => [name, values[i]]))
      const { value, grads } = tf.valueAndGrads((...w) => crossEntropy(pick(w), batch))(
        names.map(name => state[name]),
      )
      const next = names.flatMap((name, i) => {
        const m = state[`m ${name}`].mul(0.9).add(grads[i].mul(0.1))
        const v = state[`v ${name}`].mul(0.999).add(grads[i].square().mul(0.001))
        return [
          [name, state[name].sub(m.div(v.sqrt().add(1e-8)).mul(rate))],
          [`m ${name}`, m],
          [`v ${name}`, v],
        ]
      })
      return { outputs: { loss: value }, state: Object.fromEntries(next) }
    },
  }
  const step = await trial.compile(program)
  const evaluate = await trial.compile({
    name: 'evaluation',
    state: step,
    inputs: { images: [EVALUATED, SIDE, SIDE, 1], labels: { shape: [EVALUATED], dtype: 'int32' } },
    body: (w, batch) => ({
      outputs: {
        loss: crossEntropy(w, batch),
        accuracy: network(w, batch.images).argMax(-1).equal(batch.labels).cast('float32').mean(),
      },
    }),
  })
  if (trial.number === 0 && !resumed) trial.note(await factor(trial, program))

  const steps = training.labels.length / BATCH
  for (let epoch = (resumed?.epoch ?? 0) + 1; epoch <= trial.epochs; epoch++) {
    const order = shuffled(training.labels.length, generator(trial.seed + epoch))
    let sum = 0
    for (let i = 0; i < steps; i++) {
      // Adam's correction for moments that begin at zero, with the step counted from 1.
      const t = (epoch - 1) * steps + i + 1
      const rate = (params.learningRate * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t)
      const { loss } = await step.run({
        ...batchOf(order.subarray(i * BATCH, (i + 1) * BATCH)),
        rate,
      })
      sum += loss.data[0]
      trial.progress({ epoch, step: i + 1, steps, loss: sum / (i + 1) })
    }
    const { loss, accuracy } = await evaluate.run(validation)
    await trial.save(await step.read())
    if (
      !(await trial.report({
        epoch,
        loss: sum / steps,
        valLoss: loss.data[0],
        accuracy: accuracy.data[0],
      }))
    )
      break
  }
}

/** The same steps compiled and operation by operation, in turn; medians. */
async function factor(trial, program) {
  const [compiled, eager] = [
    await trial.compile(program),
    await trial.compile({ ...program, eager: true }),
  ]
  const batch = { ...batchOf(Int32Array.from({ length: BATCH }, (_, i) => i)), rate: 1e-3 }
  /** @type {number[][]} */
  const times = [compiled, eager].map(() => [])
  for (let i = 0; i < 12; i++) {
    for (const [k, each] of [compiled, eager].entries()) {
      const began = performance.now()
      await each.run(batch)
      // The first calls make ready what the others use.
      if (i >= 2) times[k].push(performance.now() - began)
    }
  }
  const [fast, slow] = times.map(list => list.sort((a, b) => a - b)[list.length >> 1])
  return `a compiled step (${compiled.engine}) takes ${fast.toFixed(2)} ms, one by operations (${eager.engine}) ${slow.toFixed(2)} ms: ${(slow / fast).toFixed(1)} times as fast`
}

function initial({ tf, params: { filters }, seed }) {
  const normal = (shape, fan, k) =>
    tf.randomNormal(shape, 0, Math.sqrt(2 / fan), 'float32', (seed % 1e6) + k)
  return {
    kernel1: normal([3, 3, 1, filters], 9, 1),
    bias1: tf.zeros([filters]),
    kernel2: normal([3, 3, filters, 2 * filters], 9 * filters, 2),
    bias2: tf.zeros([2 * filters]),
    dense: normal([(SIDE / 4) ** 2 * 2 * filters, 4], (SIDE / 4) ** 2 * 2 * filters, 3),
    bias3: tf.zeros([4]),
  }
}

function zeros(weights, moment) {
  return Object.fromEntries(
    Object.entries(weights).map(([name, weight]) => [`${moment} ${name}`, weight.zerosLike()]),
  )
}

function batchOf(indices) {
  const size = SIDE * SIDE
  const images = new Float32Array(indices.length * size)
  indices.forEach((n, i) =>
    images.set(training.images.subarray(n * size, (n + 1) * size), i * size),
  )
  return { images, labels: Int32Array.from(indices, n => training.labels[n]) }
}

function shuffled(count, uniform) {
  const order = Int32Array.from({ length: count }, (_, i) => i)
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(uniform() * (i + 1))
    const kept = order[i]
    order[i] = order[j]
    order[j] = kept
  }
  return order
}
